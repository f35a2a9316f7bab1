import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose, diagnoseLines, version } from "./diagnose";

/** A lesson's worth of calls, each result with the type that it must have. */
const lesson = `
import * as tf from "@tensorflow/tfjs-core";
import { CFGUnet, createModel, type Combine, digitGrid, guide, guidedPrediction, initialStateDict, linearSchedule, loadModel, LossLog, lossChart, type Model, normal, placesOf, type Predict, progress, runToEnd, sampleAll, sampleMany, type Schedule, show, startEngine, type StateDict, train, type TrainedModel, Trainer, unetShapes } from "cfg-lib";
import type { EngineInfo } from "cfg-lib/dist/engine/start";
import type { Figure } from "cfg-lib/dist/plots/figure";
import { batches, loadMnist, pick } from "mnist-data-loader";

export async function main(): Promise<number> {
  const engine: EngineInfo = startEngine();
  const schedule: Schedule = linearSchedule();
  const alphaBar: number = schedule.alphaBars[299];
  const state: StateDict = initialStateDict(0, unetShapes());
  const net = new CFGUnet({ state });
  const predict: Predict = (x, t, labels) => net.predict(x, t, labels);
  const noise: Float32Array = normal(1024, 1);
  const guided: tf.Tensor4D = guide(tf.tensor4d(noise, [1, 32, 32, 1]), tf.zeros([1, 32, 32, 1]), 2);
  const model: Model = createModel(predict, { predicts: "noise", schedule });
  const samples = sampleAll(model, { labels: [1, 2], guidanceScale: 2 });
  const half: Combine = (u, c, { guidanceScale }) => guide(u, c, guidanceScale.map((w) => w / 2));
  const many: Float32Array = runToEnd(sampleMany(model, { labels: [3, 4], rule: half, batchSize: 1, steps: 2 }));
  const trained: TrainedModel = loadModel("seed");
  const [place] = placesOf(trained.schedule, [299]);
  const { u } = guidedPrediction(trained, guided, place, { labels: [3], guidanceScale: [2] });
  u?.dispose();
  interface Style { digit: number; style: "thin" | "bold" }
  const styled = createModel<Style>((x) => x, { nullLabel: { digit: 10, style: "thin" }, imageShape: [8, 8, 1] });
  sampleAll(styled, { labels: [{ digit: 3, style: "bold" }], steps: 1 });
  const pixels: Float32Array = samples.images;
  const grid: Figure = digitGrid(pixels, { columns: 2 });
  show(grid);
  show(digitGrid(samples, { columns: 2 }));
  show(digitGrid(pick(loadMnist(), [0, 1])));
  show({ data: [{ type: "pie", values: [1, 2] }] });
  show({ data: [{ type: "scatter", y: noise }], layout: { title: "noise", height: 300 } });
  const trainer = new Trainer({ start: state });
  const dataset = loadMnist();
  const losses = new LossLog();
  const run = train(trainer, { batches: (where) => batches(dataset, { ...where, batchSize: 8 }), schedule });
  for await (const { step, loss } of progress(run)) {
    const count: number = step;
    losses.add(loss);
    if (count === 2) break;
  }
  const values: Float32Array = losses.values();
  show(lossChart(values));
  guided.dispose();
  return alphaBar + engine.backend.length + many.length;
}
`;

test("the kernel's TypeScript, 5.0, reads the library's types under strict", () => {
  assert.match(version, /^5\.0\./);
  assert.deepEqual(
    diagnose(`import * as cfg from "cfg-lib"; export const all = cfg;\n${lesson}`, ["node"]),
    [],
  );
});

test("the types bite: a wrong use, and a type that is too new, are errors there", () => {
  const wrong = diagnose('import { linearSchedule } from "cfg-lib"; linearSchedule({ timestep: 3 });', [
    "node",
  ]);
  assert.equal(wrong.length, 1);
  assert.match(wrong[0], /'timestep'.*timesteps/s);
  assert.deepEqual(diagnose("export let noise: Float32Array<ArrayBufferLike>;"), [
    "Type 'Float32Array' is not generic.",
  ]);
});

test("the function of a live picture is given values of its controls' types", () => {
  const values = {
    "cfg.slider(0, 8)": "number",
    "cfg.stepper(0)": "number",
    'cfg.text("0")': "string",
    "cfg.toggle()": "boolean",
    'cfg.button("More")': "number",
    "cfg.pad()": "Float32Array",
    'cfg.choice(["a", "b"])': '"a" | "b"',
    "cfg.choice({ a: cfg.dpmSolver, b: cfg.ddim() })": "Sampler",
  };
  const typed = (as: (type: string) => string): string =>
    Object.entries(values)
      .map(
        ([control, type]) =>
          `void cfg.live({ v: ${control} }, ({ v }) => { const own: ${as(type)} = v; return String(own); });`,
      )
      .join("\n");
  const imports = 'import * as cfg from "cfg-lib"; type Sampler = typeof cfg.dpmSolver;';
  assert.deepEqual(diagnose(`${imports}\n${typed((type) => type)}`, ["node"]), []);
  const wrong = diagnoseLines(`${imports}\n${typed(() => "symbol")}`, ["node"]);
  assert.deepEqual(
    [...new Set(wrong.map(({ line }) => line))],
    Object.keys(values).map((_, i) => i + 1),
  );
});

test("a live picture's function may be plain, asynchronous, or a generator, sample itself among them", () => {
  const lesson = `
import * as cfg from "cfg-lib";
const model = cfg.loadModel("seed");
const controls = { w: cfg.slider(0, 8), digits: cfg.text("3") };
export async function main() {
  await cfg.live(controls, ({ w }) => cfg.sample(model, { labels: [3], guidanceScale: w }));
  await cfg.live(controls, ({ w }) => cfg.sampleAll(model, { labels: [3], guidanceScale: w }));
  await cfg.live(controls, ({ w }) => ({ digits: { "w = 1": cfg.normal(1024, w) }, columnLabels: [3] }));
  await cfg.live(controls, function* ({ digits }) { for (const digit of digits) yield digit; });
  await cfg.live(controls, async function* ({ w }) { yield await Promise.resolve(w); return [w, "done"]; });
  await cfg.live(controls, async ({ w }) => [await Promise.resolve(w), { headers: ["w"], rows: [[w]] }]);
  await cfg.live(controls, ({ w }) => cfg.lineChart({ xTitle: "x", yTitle: "y", series: [{ name: "a", x: [0], y: [w] }] }));
}`;
  assert.deepEqual(diagnose(lesson, ["node"]), []);
  assert.match(diagnose(lesson.replace('"3"', "3"), ["node"]).join(), /'number' is not assignable.*'string'/);
});
