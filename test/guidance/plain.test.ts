import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { fromHoSalimans, guide, largestDifference, startEngine, toHoSalimans } from "cfg-lib";
import { noiseImages } from "../small-images";

before(() => startEngine());

const assertClose = (a: tf.Tensor, b: tf.Tensor, tolerance: number = 1e-6): void => {
  const difference = largestDifference(a, b);
  assert.ok(difference <= tolerance, `difference ${difference}`);
};

test("w = 0 is the unconditional prediction, w = 1 the conditional one", () => {
  const [u, c] = [noiseImages(1), noiseImages(2)];
  assertClose(guide(u, c, 0), u, 0);
  assertClose(guide(u, c, 1), c);
});

test("w = 3 equals the second form, (1 - w) epsU + w epsC", () => {
  const [u, c] = [noiseImages(1), noiseImages(2)];
  assertClose(guide(u, c, 3), tf.add(tf.mul(u, -2), tf.mul(c, 3)), 1e-5);
});

test("the paper's scale is one less: its formula gives the same prediction", () => {
  const [u, c] = [noiseImages(1), noiseImages(2)];
  for (const paper of [-1, 0, 0.5, 4]) {
    const theirs = tf.sub(tf.mul(c, 1 + paper), tf.mul(u, paper));
    assertClose(guide(u, c, fromHoSalimans(paper)), theirs, 1e-5);
    assert.equal(toHoSalimans(fromHoSalimans(paper)), paper);
  }
});

test("each image may have a scale of its own", () => {
  const [u, c] = [noiseImages(1), noiseImages(2)];
  const mixed = guide(u, c, [0, 1, 2]);
  [0, 1, 2].forEach((w, i) => {
    const row = (x: tf.Tensor4D): tf.Tensor => tf.slice(x, [i, 0, 0, 0], [1, 4, 4, 1]);
    assertClose(row(mixed), row(guide(u, c, w)));
  });
});

test("a scale that is no number, and shapes that differ, are refused with what was given", () => {
  const [u, c] = [noiseImages(1), noiseImages(2)];
  assert.throws(() => guide(u, c, NaN), /guidanceScale is NaN/);
  assert.throws(() => guide(u, c, [1, 2]), /\[2\].*\[3\]/);
  assert.throws(() => guide(u, noiseImages(2, 2), 1), /\[2, 4, 4, 1\].*\[3, 4, 4, 1\]/);
});
