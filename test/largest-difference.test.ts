import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { largestDifference, startEngine } from "cfg-lib";

before(() => startEngine());

test("it is the largest difference of two numbers at the same place, in whichever direction", () => {
  assert.equal(largestDifference([1, 2, 3], [1, 2.5, 3]), 0.5);
  assert.equal(largestDifference([1, 2, -3], [1, 2.5, 1]), 4);
  assert.equal(largestDifference(Float32Array.of(1, 2), [1, 2]), 0);
  assert.equal(largestDifference([], []), 0);
});

test("tensors are as good as numbers", () => {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  assert.equal(largestDifference(x, tf.mul(x, 2)), 4);
  assert.equal(largestDifference(x, [1, 2, 3, 4.25]), 0.25);
});

test("where one of the numbers is none it is NaN, wherever that one stands: no bound holds", () => {
  for (const a of [
    [NaN, 1, 2],
    [0, NaN, 2],
    [0, 1, NaN],
  ]) {
    assert.ok(Number.isNaN(largestDifference(a, [0, 1, 5])), a.join(", "));
    assert.ok(Number.isNaN(largestDifference([0, 1, 5], a)), a.join(", "));
  }
  assert.equal(largestDifference([Infinity, 0], [0, 0]), Infinity);
});

test("as many numbers are compared as there are, so there must be as many of both", () => {
  assert.throws(
    () => largestDifference([1, 2, 3], [1, 2]),
    /^RangeError: b has the shape \[2\]; it must be \[3\]/,
  );
});
