import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CellResult, type Kernel, startKernel } from "./kernel";

describe("an error in a cell", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(
      `import * as cfg from "cfg-lib"; import * as tf from "@tensorflow/tfjs-core"; import { loadMnist } from "mnist-data-loader";`,
    );
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  /** Runs a cell that must fail with one error message, and nothing else. */
  async function fail(code: string): Promise<CellResult & { lines: string[] }> {
    const cell = await kernel.run(code);
    assert.deepEqual([cell.status, cell.messages.map(({ type }) => type)], ["error", ["error"]]);
    return { ...cell, lines: cell.printed.trimEnd().split("\n") };
  }

  const refusals: [what: string, cell: string, line: RegExp][] = [
    ["a wrong argument", `cfg.linearSchedule({ timesteps: -1 })`, /^RangeError: timesteps is -1; /],
    [
      "a wrong argument after an await",
      `await 0; cfg.linearSchedule({ timesteps: -1 })`,
      /^RangeError: timesteps is -1; /,
    ],
    ["weights that are not there", `cfg.loadModel("nothing")`, /^Error: .*nothing/],
    ["a folder without data", `await loadMnist({ dir: "/nowhere" })`, /^\w*Error: .*\/nowhere/],
  ];
  for (const [what, code, line] of refusals) {
    it(`${what} is told in one line, with the student's own below it`, async () => {
      const { lines } = await fail(code);
      assert.match(lines[0], line);
      assert.match(lines[1], /^ {2}cell \[\d+\], line 1: {2}/);
      assert.ok(lines[1].endsWith(code));
      assert.equal(lines.length, 2);
    });
  }

  it("is published as Jupyter's protocol says, and fills the reply", async () => {
    const { reply } = await fail(
      `const n: number = cfg.normal(4, 0).length;\nthrow new RangeError("n is " + n);`,
    );
    assert.equal(reply.ename, "RangeError");
    assert.equal(reply.evalue, "n is 4");
    assert.ok(Array.isArray(reply.traceback));
    assert.equal(typeof reply.execution_count, "number");
  });

  it("a slip in the student's own code names its lines, inner ones first, also those of earlier cells", async () => {
    const { reply } = await kernel.run(`
      interface Digit { label: number }

      // Types and comments are gone in what runs.
      function labelOf(digit: Digit): number {
        return digit.label;
      }`);
    const count = Number(reply.execution_count);
    const { lines } = await fail(`const digits: Digit[] = [];\n\nlabelOf(\n  digits[0],\n);`);
    assert.deepEqual(lines, [
      "TypeError: Cannot read properties of undefined (reading 'label')",
      `  cell [${count}], line 6, in labelOf:  return digit.label;`,
      `  cell [${count + 1}], line 3:  labelOf(`,
    ]);
  });

  it("of TensorFlow.js is its one useful line", async () => {
    await kernel.run(`cfg.startEngine();`);
    const broadcast = await fail(`tf.add(tf.ones([2, 3]), tf.ones([4]))`);
    assert.deepEqual(broadcast.lines.slice(0, 1), ["Error: Incompatible shapes: [2,3] vs. [4]"]);
    const product = await fail(`await 0; tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))`);
    assert.equal(product.lines[0], "Error: Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]");
    const disposed = await fail(`const gone = tf.ones([2]); gone.dispose(); tf.add(gone, 1)`);
    assert.match(disposed.lines[0], /a tensor is used that has been disposed of/);
    for (const { lines } of [broadcast, product, disposed]) {
      assert.equal(lines.length, 2);
      assert.match(lines[1], /^ {2}cell \[\d+\], line 1: {2}/);
    }
  });

  it("of TypeScript is its message, with the line and a mark below the place", async () => {
    const { printed } = await fail(`const w = 2;\nconsole.log(gama);`);
    assert.deepEqual(printed.split("\n"), [
      "2:13 - Cannot find name 'gama'.",
      "    console.log(gama);",
      "                ~~~~",
      "If a cell above makes gama, run it first: menu Run, Run All Above Selected Cell.",
      "",
    ]);
  });

  it("of names that no cell has made tells each once, and nothing of what follows from it", async () => {
    const { printed } = await fail(`await nets.live({ w: nets.slider(0, scale) }, ({ w }) => w + scale);`);
    assert.deepEqual(printed.match(/Cannot find name '\w+'|any/g), [
      "Cannot find name 'nets'",
      "Cannot find name 'scale'",
    ]);
    assert.match(printed, /\nIf a cell above makes nets and scale, run it first: menu Run, [\w ]+\.\n$/);
  });

  it("may be anything that is thrown", async () => {
    assert.equal((await fail(`throw "a text";`)).printed, "Thrown: a text\n");
    assert.match((await fail(`throw { code: 7 };`)).printed, /^Thrown: \{ code: 7 \}\n$/);
    const { lines } = await fail(`throw new Error("outer", { cause: new Error("inner") });`);
    assert.equal(lines.at(-1), "caused by Error: inner");
  });

  it("may be an error that is none in earnest, or something that cannot even be looked at", async () => {
    const { reply } = await fail(
      `throw Object.assign(new Error(), { name: undefined, message: 7, stack: null });`,
    );
    assert.deepEqual([reply.ename, reply.evalue], ["undefined", "7"]);
    const trap = `new Proxy({}, { get() { throw new Error("trap"); } })`;
    assert.equal((await fail(`throw ${trap};`)).printed, "Thrown: something that cannot be shown\n");
  });

  it("takes the place of process.exit, which would end the kernel and all that it has", async () => {
    const { lines } = await fail(`const before = 7;\nprocess.exit(3);`);
    assert.match(lines[0], /^Error: process\.exit would end the kernel.* choose Kernel > Restart Kernel\.$/);
    assert.match(lines[1], /^ {2}cell \[\d+\], line 2: {2}process\.exit/);
  });

  it("that nothing waits for is shown under the cell that began it", async () => {
    const { printed, status } = await kernel.run(
      `setTimeout(() => { throw new Error("late"); }, 10);\nPromise.reject(new Error("unheard"));\nawait new Promise((go) => setTimeout(go, 100));`,
    );
    assert.equal(status, "ok");
    assert.match(printed, /An error that nothing waits for: Error: late\n {2}cell \[\d+\], line 1/);
    assert.match(printed, /A promise that nobody awaits failed: Error: unheard\n {2}cell \[\d+\], line 2/);
  });

  it("keeps its stack for code that catches it", async () => {
    const { printed } = await kernel.run(
      `try { cfg.linearSchedule({ timesteps: -1 }); } catch (error) { console.log((error as Error).stack!.includes("schedule.js")); }`,
    );
    assert.equal(printed, "true\n");
  });
});
