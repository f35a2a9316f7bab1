import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "./kernel";

describe("an error in a cell", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(
      `import * as cfg from "cfg-lib"; import { loadMnist } from "mnist-data-loader";`,
    );
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  const oneLine: [what: string, cell: string, line: RegExp][] = [
    ["a wrong argument", `cfg.linearSchedule({ timesteps: -1 })`, /^RangeError: timesteps is -1; .*\n$/],
    [
      "a wrong argument after an await",
      `await 0; cfg.linearSchedule({ timesteps: -1 })`,
      /^RangeError: timesteps is -1; .*\n$/,
    ],
    ["weights that are not there", `cfg.loadWeights("nothing")`, /^Error: .*nothing.*\n$/],
    ["a folder without data", `await loadMnist({ dir: "/nowhere" })`, /^\w*Error: .*\/nowhere.*\n$/],
  ];
  for (const [what, cell, line] of oneLine) {
    it(`${what} is told in one line, without a stack`, async () => {
      const { status, printed } = await kernel.run(cell);
      assert.equal(status, "error");
      assert.match(printed, line);
    });
  }

  it("a slip in the learner's own code shows its line, without the kernel's frames", async () => {
    const { status, printed } = await kernel.run(`const digit: any = undefined;\ndigit.label;`);
    assert.equal(status, "error");
    assert.match(printed, /digit\.label/);
    assert.match(printed, /TypeError: Cannot read properties of undefined \(reading 'label'\)/);
    assert.doesNotMatch(printed, /tslab|node:vm/);
  });

  it("a typo is TypeScript's own message with the line", async () => {
    const { status, printed } = await kernel.run(`const w = 2;\nconsole.log(gama);`);
    assert.equal(status, "error");
    assert.equal(printed, "2:13 - Cannot find name 'gama'.\n");
  });

  it("leaves the errors themselves as they are, stack and all", async () => {
    const { printed } = await kernel.run(`
      try { cfg.linearSchedule({ timesteps: -1 }); } catch (error) { console.log((error as Error).stack!.includes("schedule.js")); }`);
    assert.equal(printed, "true\n");
  });
});
