/** The network on a plain TensorFlow.js backend, composed of its operations, gives TensorFlow's numbers. */
import "@tensorflow/tfjs-backend-cpu";
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  initialStateDict,
  linearSchedule,
  noisyBatch,
  normal,
  startEngine,
  type StateDict,
  Trainer,
} from "cfg-lib";

before(() => startEngine());

const state = initialStateDict(2);

interface Results {
  prediction: Float32Array;
  loss: number;
  gradients: StateDict;
  after: StateDict;
}

async function runOn(backend: string): Promise<Results> {
  assert.ok(await tf.setBackend(backend));
  const net = new CFGUnet({ state });
  const x = tf.tensor4d(normal(2 * 1024, 1), [2, 32, 32, 1]);
  const prediction = net.predict(x, [5, 200], [3, 10]).dataSync<"float32">().slice();
  const trainer = new Trainer({ start: state });
  const random = { schedule: linearSchedule(), labelDropout: 0.1, nullLabel: 10, seed: 1, step: 0 };
  const { xt, timesteps, labels, noise } = noisyBatch(
    { images: normal(2 * 1024, 2), labels: [1, 2] },
    random,
  );
  const { loss, gradients } = trainer.lossAndGradients(xt, timesteps, labels, noise);
  const results = { prediction, loss: loss.dataSync()[0], gradients: trainer.gradientStateDict(gradients) };
  trainer.applyGradients(gradients);
  return { ...results, after: trainer.stateDict() };
}

function assertClose(name: string, a: Float32Array, b: Float32Array, tolerance: number): void {
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-8);
  const error = a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0) / largest;
  assert.ok(error <= tolerance, `${name}: error ${error} of the largest value`);
}

test("prediction, loss, gradients and running statistics are TensorFlow's on the CPU backend too", async () => {
  const fused = await runOn("tensorflow");
  const composed = await runOn("cpu");
  await tf.setBackend("tensorflow");
  assertClose("prediction", composed.prediction, fused.prediction, 1e-4);
  assert.ok(Math.abs(composed.loss - fused.loss) < 1e-5);
  for (const [name, { data }] of composed.gradients)
    assertClose(name, data, fused.gradients.get(name)!.data, 2e-3);
  for (const [name, { data }] of composed.after) {
    if (name.includes(".running_")) assertClose(name, data, fused.after.get(name)!.data, 1e-4);
  }
});

test("folding batch norm into the convolutions changes a prediction by at most 1e-5", () => {
  const net = new CFGUnet({ state });
  const x = tf.tensor4d(normal(4 * 1024, 1), [4, 32, 32, 1]);
  const [folded, plain] = [true, false].map((fold) =>
    net.predict(x, 100, [1, 2, 3, 10], { fold }).dataSync<"float32">(),
  );
  assertClose("folded", folded, plain, 1e-5);
  net.dispose();
});

test("a network frees all its tensors", () => {
  const tensors = tf.memory().numTensors;
  const net = new CFGUnet({ state });
  net.predict(tf.zeros([1, 32, 32, 1]), 0, [1]);
  net.dispose();
  assert.ok(tf.memory().numTensors <= tensors + 2); // the two made in this test: input and prediction
});
