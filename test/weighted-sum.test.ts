import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine, weightedSum } from "cfg-lib";

before(() => startEngine());

const images = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [2, 1, 2, 1]);

test("numbers weigh every image alike", () => {
  const sum = weightedSum(0.5, images(1, 2, 3, 4), -2, images(10, 20, 30, 40));
  assert.deepEqual(Array.from(sum.dataSync()), [-19.5, -39, -58.5, -78]);
  assert.deepEqual(sum.shape, [2, 1, 2, 1]);
});

test("tensors weigh each image by a number of its own, on either side", () => {
  const weights = tf.tensor4d([10, 100], [2, 1, 1, 1]);
  const [x, y] = [images(1, 2, 3, 4), images(5, 6, 7, 8)];
  assert.deepEqual(Array.from(weightedSum(weights, x, 1, y).dataSync()), [15, 26, 307, 408]);
  assert.deepEqual(Array.from(weightedSum(0, x, weights, y).dataSync()), [50, 60, 700, 800]);
});

test("it leaves one tensor, and what it was given", () => {
  const [x, y] = [images(1, 2, 3, 4), images(5, 6, 7, 8)];
  const tensors = tf.memory().numTensors;
  weightedSum(0.5, x, 2, y);
  assert.equal(tf.memory().numTensors, tensors + 1);
  assert.ok(!x.isDisposed && !y.isDisposed);
});
