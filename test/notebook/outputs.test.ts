import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "../kernel/kernel";

const PLOTLY = "application/vnd.plotly.v1+json";

describe("outputs in a real tslab kernel", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(
      `import { digitGrid, html, liveFigure, lossChart, progress, show, table } from "cfg-lib";`,
    );
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  it("show sends the figure with a line of text beside it, typed arrays as lists", async () => {
    const { outputs } = await kernel.run(`
      show({ data: [{ type: "scatter", y: Float32Array.of(1, 0.5) }], layout: { title: { text: "The <b>loss</b>" } } })`);
    const figure = {
      data: [{ type: "scatter", y: [1, 0.5] }],
      layout: { title: { text: "The <b>loss</b>" } },
    };
    assert.deepEqual(outputs, [{ [PLOTLY]: figure, "text/plain": "[Figure: The loss]" }]);
  });

  it("show names the axes of a figure without a title", async () => {
    const { outputs } = await kernel.run(`show(lossChart([1, 2], [0.5, 0.25]))`);
    const [bundle] = outputs as Record<string, string>[];
    assert.match(bundle["text/plain"], /^\[Figure: loss.* against \w+.*\]$/);
  });

  it("a figure or a tensor as a cell's last value is shown as what it is", async () => {
    const figure = await kernel.run(`lossChart([1, 2], [0.5, 0.25])`);
    assert.deepEqual(
      figure.messages.map(({ type }) => type),
      ["execute_result"],
    );
    const [drawn] = figure.outputs as Record<string, unknown>[];
    assert.match(String(drawn["text/plain"]), /^\[Figure: loss/);
    assert.ok(PLOTLY in drawn);
    const own = await kernel.run(`({ data: [{ type: "bar", y: [1] }], layout: {} })`);
    assert.ok(PLOTLY in (own.outputs[0] as Record<string, unknown>), "one of the student's own too");
    const digits = await kernel.run(`digitGrid(new Float32Array(10 * 1024))`);
    assert.ok(PLOTLY in (digits.outputs[0] as Record<string, unknown>), "digits, not their base64");
    const plain = await kernel.run(`({ data: [1, 2] })`);
    assert.deepEqual(plain.outputs, [{ "text/plain": "{ data: [ 1, 2 ] }" }]);
  });

  it("table sends HTML without styles and text in columns, and escapes what it is given", async () => {
    const { outputs } = await kernel.run(`table(["w", "name"], [[1, "a<b>"], [0.123456, "c"]])`);
    const [bundle] = outputs as Record<string, string>[];
    assert.match(bundle["text/html"], /<td align="right">0\.1235<\/td><td align="left">c<\/td>/);
    assert.match(bundle["text/html"], /a&lt;b&gt;/);
    assert.doesNotMatch(bundle["text/html"], /style|class/);
    assert.equal(bundle["text/plain"], "     w  name\n------  ----\n     1  a<b>\n0.1235  c");
  });

  it("table refuses a row that is too short, in one line", async () => {
    const { status, printed } = await kernel.run(`table(["w", "name"], [[1]])`);
    assert.equal(status, "error");
    assert.match(
      printed,
      /^RangeError: row 0 of the table has 1 cells; it must have 2, one for each header\.\n/,
    );
  });

  it("html sends the HTML, and its text", async () => {
    const { outputs } = await kernel.run(`html("<i>w</i> = 2")`);
    assert.deepEqual(outputs, [{ "text/html": "<i>w</i> = 2", "text/plain": "w = 2" }]);
  });

  it("progress is one output, whose last state is the whole run", async () => {
    const { outputs, messages } = await kernel.run(`
      const run = progress([1, 2, 3, 4], { label: "Counting" });
      for await (const n of run) await new Promise((resolve) => setTimeout(resolve, 150));`);
    assert.equal(outputs.length, 1);
    assert.ok(messages.length >= 5, "it moved");
    const [bundle] = outputs as Record<string, string>[];
    assert.match(
      bundle["text/html"],
      /^<div>Counting <progress value="4" max="4"><\/progress> 4\/4 in 0:0\d<\/div>$/,
    );
    assert.match(bundle["text/plain"], /^Counting █{24} 4\/4 in 0:0\d$/);
    assert.ok(
      messages.some(({ data }) =>
        /^Counting █{6}░{18} 1\/4, 0:0\d so far, 0:0\d left$/.test(data["text/plain"] as string),
      ),
    );
  });

  it("a live figure is drawn anew in one output, at most twice a second, and ends with the last one", async () => {
    const started = performance.now();
    const { outputs, messages } = await kernel.run(`
      const chart = liveFigure();
      for (let step = 1; step <= 130; step++) {
        chart.update({ data: [{ y: [step] }], layout: {} });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      chart.done();`);
    const figures = messages.filter(({ data }) => PLOTLY in data);
    const most = 2 + (performance.now() - started) / 500; // the first, the last, and two a second
    assert.ok(figures.length >= 3 && figures.length <= most, `drawn ${figures.length} times`);
    assert.equal(outputs.length, 1);
    assert.deepEqual((outputs[0] as Record<string, unknown>)[PLOTLY], { data: [{ y: [130] }], layout: {} });
    // JupyterLab keeps an output's first figure unless something else was shown in between.
    const order = messages.map(({ data }) => (PLOTLY in data ? "figure" : "text"));
    assert.deepEqual(order, ["figure", ...figures.slice(1).flatMap(() => ["text", "figure"])]);
  });

  it("a live figure shows the last one by itself if done is forgotten", async () => {
    const { outputs } = await kernel.run(`
      const forgotten = liveFigure({ interval: 100 });
      for (const step of [1, 2, 3]) forgotten.update({ data: [{ y: [step] }], layout: {} });
      await new Promise((resolve) => setTimeout(resolve, 300));`);
    assert.deepEqual((outputs[0] as Record<string, unknown>)[PLOTLY], { data: [{ y: [3] }], layout: {} });
  });

  it("a live figure stays with the cell that opened it", async () => {
    const opened = await kernel.run(
      `const kept = liveFigure({ interval: 0 }); kept.update({ data: [], layout: {} });`,
    );
    const later = await kernel.run(`kept.update({ data: [{ y: [2] }], layout: {} }); console.log("here");`);
    assert.equal(opened.outputs.length, 1);
    assert.deepEqual(later.outputs, ["here\n"]);
  });

  it("the kernel does not load TensorFlow for any of this", async () => {
    const { printed } = await kernel.run(`
      console.log(Object.keys(require.cache).filter((file) => /tfjs-node|plotly/.test(file)).length);`);
    assert.equal(printed, "0\n");
  });
});
