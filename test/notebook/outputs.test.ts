import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "../kernel/kernel";

const PLOTLY = "application/vnd.plotly.v1+json";

interface Drawn {
  data: object[];
  layout: Record<string, unknown>;
  config: Record<string, unknown>;
}

describe("outputs in a real tslab kernel", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(
      `import { digitGrid, liveFigure, lossChart, normal, progress, show, showDigits, startEngine, table } from "cfg-lib";
import { html } from "cfg-lib/dist/notebook/table";`,
    );
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  /** What a cell's figure is in the notebook. */
  const figureOf = async (figure: string) => {
    const { outputs, printed } = await kernel.run(`show(${figure})`);
    assert.equal(printed, "");
    const [bundle] = outputs as Record<string, unknown>[];
    return { figure: bundle[PLOTLY] as Drawn, text: bundle["text/plain"] };
  };

  it("show sends the figure with a line of text beside it, typed arrays as lists", async () => {
    const { figure, text } = await figureOf(
      `{ data: [{ type: "scatter", y: Float32Array.of(1, 0.5) }], layout: { title: { text: "The <b>loss</b>" } } }`,
    );
    assert.deepEqual(figure.data, [{ type: "scatter", y: [1, 0.5] }]);
    assert.deepEqual(figure.layout.title, { text: "The <b>loss</b>" });
    assert.equal(text, "[Figure: The loss]");
  });

  it("show takes a figure of Plotly's own without a layout, in the course's type and colours", async () => {
    const { figure, text } = await figureOf(
      `{ data: [{ type: "pie", labels: ["a", "b"], values: [1, 2] }] }`,
    );
    assert.ok((figure.layout.font as { size: number }).size >= 16);
    assert.ok((figure.layout.colorway as string[]).length > 3);
    assert.equal(text, "[Figure: 1 trace]");
    const own = await figureOf(`{ data: [], layout: { font: { size: 9 } } }`);
    assert.deepEqual(own.figure.layout.font, { size: 9 });
  });

  it("show takes a title that is a plain string, of the figure, an axis, a legend or a colour bar", async () => {
    const { figure, text } = await figureOf(`{
      data: [{ type: "heatmap", z: [[1]], colorbar: { title: "share" } }],
      layout: { title: "Mine", xaxis: { title: "t" }, legend: { title: "runs" }, scene: { zaxis: { title: "z" } } },
    }`);
    assert.deepEqual(figure.layout.title, { text: "Mine" });
    assert.deepEqual(figure.layout.xaxis, { title: { text: "t" } });
    assert.deepEqual(figure.layout.legend, { title: { text: "runs" } });
    assert.deepEqual(figure.layout.scene, { zaxis: { title: { text: "z" } } });
    assert.deepEqual((figure.data[0] as { colorbar: object }).colorbar, { title: { text: "share" } });
    assert.equal(text, "[Figure: Mine]");
  });

  it("no figure offers to be sent to a server, whoever draws it", async () => {
    const { figure } = await figureOf(`{ data: [], config: { scrollZoom: true } }`);
    assert.equal(figure.config.showSendToCloud, false);
    assert.equal(figure.config.displaylogo, false);
    assert.equal(figure.config.scrollZoom, true);
    const removed = figure.config.modeBarButtonsToRemove as string[];
    for (const name of ["sendChartToCloud", "lasso2d", "select2d"]) assert.ok(removed.includes(name), name);
  });

  it("show and liveFigure say in one line what is no figure, and what one is", async () => {
    for (const [value, name] of [
      ["undefined", "undefined"],
      ["{ layout: {} }", "an object without data"],
      ["[1, 2]", "a list"],
      ["{ data: 3 }", "data that is 3"],
      ["{ data: [[1, 2]] }", "data that is a list"],
      ["Promise.resolve(1)", "a promise (write await before it)"],
    ]) {
      for (const call of ["show", "liveFigure().update"]) {
        const { status, printed } = await kernel.run(`${call}(${value} as any)`);
        assert.equal(status, "error", `${call}(${value})`);
        assert.equal(
          printed.split("\n")[0],
          `RangeError: A figure has data, a list of Plotly's traces: { data: [{ type: "scatter", x, y }] }. Given was ${name}.`,
        );
      }
    }
  });

  it("show names the axes of a figure without a title", async () => {
    const { outputs } = await kernel.run(`show(lossChart([0.5, 0.25]))`);
    const [bundle] = outputs as Record<string, string>[];
    assert.match(bundle["text/plain"], /^\[Figure: loss.* against \w+.*\]$/);
  });

  it("a figure or a tensor as a cell's last value is shown as what it is", async () => {
    const figure = await kernel.run(`lossChart([0.5, 0.25])`);
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
    const bare = await kernel.run(`({ data: [{ y: [1, 2] }] })`);
    assert.ok(PLOTLY in (bare.outputs[0] as Record<string, unknown>), "also without a layout");
    const plain = await kernel.run(`({ data: [1, 2] })`);
    assert.deepEqual(plain.outputs, [{ "text/plain": "{ data: [ 1, 2 ] }" }]);
  });

  /** The columns of a table: where each stands, and whether the cells of its first row may be broken into lines. */
  const columnsOf = async (rows: string) => {
    const { outputs } = await kernel.run(
      `table([1, 2, 3, 4].map(String).slice(0, ${rows}[0].length), ${rows})`,
    );
    const [bundle] = outputs as Record<string, string>[];
    const [, body] = bundle["text/html"].split("<tbody>\n");
    return [...body.split("\n")[0].matchAll(/<td align="(\w+)" style="text-align: (\w+)([^"]*)">/g)].map(
      ([, attribute, style, rest]) => {
        assert.equal(attribute, style);
        return `${style}${rest.includes("nowrap") ? ", one line" : ""}`;
      },
    );
  };

  it("table sends HTML and text in columns, and escapes what it is given", async () => {
    const { outputs } = await kernel.run(`table(["w", "name"], [[1, "a<b>"], [0.123456, "c"]])`);
    const [bundle] = outputs as Record<string, string>[];
    assert.match(bundle["text/html"], />0\.1235<\/td><td [^>]*>c<\/td>/);
    assert.match(bundle["text/html"], /a&lt;b&gt;/);
    assert.equal(bundle["text/plain"], "     w  name\n------  ----\n     1  a<b>\n0.1235  c");
  });

  it("in a table text stands left and numbers stand right, also numbers as text", async () => {
    assert.deepEqual(await columnsOf(`[[1, "plain", "0.25", "-"], [2.5, "3 rules", "1e-5", "4.2"]]`), [
      "right, one line",
      "left",
      "right, one line",
      "right",
    ]);
    assert.deepEqual(await columnsOf(`[["a"], [3]]`), ["left"]);
    assert.deepEqual(await columnsOf(`[["-"], ["-"]]`), ["left"]);
  });

  it("in a table intervals, shares and units are not broken into lines", async () => {
    for (const cell of [
      "99.8 (98.9 to 100.0)",
      "82.8 % (79.2 to 85.9)",
      "51.2 to 70.0 %",
      "61 of 100",
      "1,300 MB",
    ])
      assert.deepEqual(await columnsOf(JSON.stringify([[cell]])), ["right, one line"], cell);
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
    assert.deepEqual(((outputs[0] as Record<string, unknown>)[PLOTLY] as Drawn).data, [{ y: [130] }]);
    assert.equal(figures.length, messages.length, "nothing is shown in between, which would flicker");
  });

  it("a live figure shows the last one by itself if done is forgotten", async () => {
    const { outputs } = await kernel.run(`
      const forgotten = liveFigure({ interval: 100 });
      for (const step of [1, 2, 3]) forgotten.update({ data: [{ y: [step] }], layout: {} });
      await new Promise((resolve) => setTimeout(resolve, 300));`);
    assert.deepEqual(((outputs[0] as Record<string, unknown>)[PLOTLY] as Drawn).data, [{ y: [3] }]);
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

  it("showDigits shows pixels, samples and tensors, in one row or in rows with labels", async () => {
    const { status, printed } = await kernel.run(`import * as tf from "@tensorflow/tfjs-core";
startEngine();
const pixels = normal(2 * 1024, 1);
const [samples, tensor] = [{ images: pixels, shape: [2, 32, 32, 1] }, tf.tensor4d(pixels, [2, 32, 32, 1])];`);
    assert.equal(status, "ok", printed);
    const shown = async (call: string) => {
      const { outputs, printed } = await kernel.run(call);
      assert.equal(printed, "");
      return (outputs[0] as Record<string, unknown>)[PLOTLY];
    };
    const row = await shown(`show(digitGrid(pixels, { columnLabels: [3, 8] }))`);
    for (const given of ["pixels", "samples", "tensor"])
      assert.deepEqual(await shown(`showDigits(${given}, { columnLabels: [3, 8] })`), row, given);
    const rows = await shown(
      `show(digitGrid([pixels, pixels, pixels].flatMap((all) => [all.slice(0, 1024), all.slice(1024)]),
        { rowLabels: ["a", "b", "c"], columns: 2 }))`,
    );
    assert.deepEqual(await shown(`showDigits({ a: pixels, b: samples, c: tensor })`), rows);
  });

  it("showDigits refuses a row's label that an object would put first", async () => {
    const { status, printed } = await kernel.run(`showDigits({ "w = 1": pixels, "4": pixels })`);
    assert.equal(status, "error");
    assert.match(printed, /the row is labelled "4"; say what the number is, "w = 4"/);
  });
});
