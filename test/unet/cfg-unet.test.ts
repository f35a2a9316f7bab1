/** The network in evaluation mode. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { CFGUnet, largestDifference, normal, startEngine } from "cfg-lib";

let net: CFGUnet;
before(() => {
  startEngine();
  net = new CFGUnet({ seed: 2 });
});
after(() => net.dispose());

test("folding batch norm into the convolutions changes a prediction by at most 1e-5 of its largest value", () => {
  const x = tf.tensor4d(normal(4 * 1024, 1), [4, 32, 32, 1]);
  const [folded, direct] = [true, false].map((fold) =>
    net.predict(x, 100, [1, 2, 3, 10], { fold }).dataSync<"float32">(),
  );
  const largest = direct.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-8);
  const error = largestDifference(folded, direct);
  assert.ok(error <= 1e-5 * largest, `error ${error}, largest value ${largest}`);
});

test("a network frees all its tensors", () => {
  const tensors = tf.memory().numTensors;
  const other = new CFGUnet({ seed: 2 });
  other.predict(tf.zeros([1, 32, 32, 1]), 0, [1]);
  other.dispose();
  assert.ok(tf.memory().numTensors <= tensors + 2); // the two made in this test: input and prediction
});

test("the network refuses images, timesteps and labels that do not fit", () => {
  assert.throws(() => net.predict(tf.zeros([1, 28, 28, 1]), 0, [1]), /\[1, 28, 28, 1\].*\[any, 32, 32, 1\]/);
  assert.throws(() => net.predict(tf.zeros([1, 32, 32, 1]), -1, [1]), /timestep t is -1/);
});
