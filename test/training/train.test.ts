import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  initialStateDict,
  linearSchedule,
  loadCheckpoint,
  LossLog,
  saveCheckpoint,
  startEngine,
  smallUnet,
  type StateDict,
  train,
  Trainer,
  unetShapes,
  type WeightsInfo,
} from "cfg-lib";
import { batches, type Dataset, loadMnist } from "mnist-data-loader";

const folder = mkdtempSync(path.join(os.tmpdir(), "training-"));
const schedule = linearSchedule();
let dataset: Dataset;
before(() => {
  startEngine();
  dataset = loadMnist({ split: "test" });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const info: WeightsInfo = {
  recipe: "test",
  schedule: { kind: "linear", timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
  predicts: "noise",
  labelDropout: 0.1,
  batchSize: 8,
  learningRate: 1e-3,
  step: 0,
  stepsPerEpoch: 1250,
  seed: 3,
  emaDecay: null,
};

const epochBatches = (where: { epoch: number; startBatch: number }): ReturnType<typeof batches> =>
  batches(dataset, { ...where, batchSize: 8, seed: 3 });

/** Trains up to a step, at batch 8. */
function trainTo(last: number, trainer: Trainer, log: LossLog): void {
  for (const { step, loss } of train(trainer, { batches: epochBatches, schedule, seed: 3 })) {
    log.add(loss);
    if (step === last) break;
  }
}

function assertSame(a: StateDict, b: StateDict): void {
  assert.deepEqual([...a.keys()], [...b.keys()]);
  for (const [name, { data }] of a) assert.deepEqual(data, b.get(name)!.data, name);
}

test("20 steps equal 10 steps, a checkpoint, and 10 more, bit for bit", () => {
  const file = path.join(folder, "checkpoint.safetensors");
  const whole = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)) });
  const wholeLog = new LossLog();
  trainTo(20, whole, wholeLog);

  const firstHalf = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)) });
  const firstLog = new LossLog();
  trainTo(10, firstHalf, firstLog);
  saveCheckpoint(file, { state: firstHalf.state(), info, losses: firstLog.values(), seconds: 1 });
  firstHalf.dispose();
  const checkpoint = loadCheckpoint(file)!;
  const secondHalf = new Trainer({ start: checkpoint.state });
  const secondLog = new LossLog(checkpoint.losses);
  trainTo(20, secondHalf, secondLog);

  assert.deepEqual(secondLog.values(), wholeLog.values());
  const [a, b] = [whole.state(), secondHalf.state()];
  assert.equal(a.step, b.step);
  for (const part of ["model", "ema", "adamM", "adamV"] as const) assertSame(a[part], b[part]);
  assert.deepEqual(readdirSync(folder), ["checkpoint.safetensors"]);
  whole.dispose();
  secondHalf.dispose();
});

test("a training step leaves no tensor behind", () => {
  const trainer = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)) });
  const log = new LossLog();
  trainTo(2, trainer, log);
  log.values();
  const tensors = tf.memory().numTensors;
  trainTo(4, trainer, log);
  log.values();
  assert.equal(tf.memory().numTensors, tensors);
  trainer.dispose();
});

test("the moving average of the weights is the weighted mean of every step's, the start left out", () => {
  const trainer = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)), emaDecay: 0.5 });
  const name = "final.weight";
  const seen: Float32Array[] = [];
  for (let step = 1; step <= 3; step++) {
    trainTo(step, trainer, new LossLog());
    seen.push(trainer.stateDict().get(name)!.data);
  }
  const weights = [1 / 7, 2 / 7, 4 / 7]; // 0.5^2, 0.5, 1, over their sum
  trainer
    .emaStateDict()
    .get(name)!
    .data.forEach((value, i) => {
      const expected = weights.reduce((sum, weight, step) => sum + weight * seen[step][i], 0);
      assert.ok(Math.abs(value - expected) < 1e-6);
    });
  trainer.dispose();
});

test("the learning rate rises over the steps of the warm-up, and falls along half a cosine to 0", () => {
  const moves = (options: { warmupSteps?: number; decaySteps?: number }): number[] => {
    const trainer = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)), learningRate: 1e-3 });
    const weights = (): Float32Array => trainer.stateDict().get("final.bias")!.data;
    const moved: number[] = [];
    let before = weights();
    for (const { step } of train(trainer, { batches: epochBatches, schedule, epochs: 1, ...options })) {
      moved.push(Math.abs(weights()[0] - before[0]));
      before = weights();
      if (step === 4) break;
    }
    trainer.dispose();
    return moved;
  };
  // Adam's first step is the learning rate, whatever the gradient.
  const first = (options: object): number => moves(options)[0] / 1e-3;
  assert.ok(Math.abs(first({}) - 1) < 1e-3);
  assert.ok(Math.abs(first({ warmupSteps: 8 }) - 1 / 8) < 1e-3);
  assert.ok(Math.abs(first({ decaySteps: 4 }) - 1) < 1e-3);
  const [plain, risen, fallen] = [{}, { warmupSteps: 2 }, { decaySteps: 3 }].map(moves);
  assert.ok(risen[0] < 0.6 * plain[0]);
  assert.equal(fallen[3], 0);
  for (const wrong of [0, 1.5])
    assert.throws(
      () => moves({ warmupSteps: wrong }),
      new RegExp(`warmupSteps is ${wrong}; it must be a whole`),
    );
});

test("a loss that is no number ends training within 20 steps, naming its step and the learning rate", () => {
  const trainer = new Trainer({ start: initialStateDict(3, unetShapes(smallUnet)), learningRate: 1e30 });
  trainTo(1, trainer, new LossLog());
  const tensors = tf.memory().numTensors;
  const log = new LossLog();
  assert.throws(
    () => trainTo(1000, trainer, log),
    /^RangeError: the loss of step 2 is (NaN|Infinity): training has diverged\. .* learning rate .* it is 1e\+30, and 0\.001 is usual/,
  );
  assert.equal(trainer.step, 20);
  assert.equal(log.values().length, 18, "steps 2 to 19");
  assert.equal(tf.memory().numTensors, tensors);
  trainer.dispose();
});
