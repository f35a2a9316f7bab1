import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { dropLabels, startEngine, uniform } from "cfg-lib";

before(() => startEngine());

test("label dropout replaces the share of the labels that is asked for, and only by the null label", () => {
  const labels = tf.fill<tf.Rank.R1>([50_000], 4, "int32");
  for (const rate of [0, 0.1, 1]) {
    const dropped = dropLabels(labels, tf.tensor1d(uniform(50_000, 8)), rate, 10).dataSync();
    assert.ok(dropped.every((label) => label === 4 || label === 10));
    const share = dropped.filter((label) => label === 10).length / dropped.length;
    assert.ok(Math.abs(share - rate) < 0.005, `rate ${rate}: ${share}`);
  }
  assert.throws(() => dropLabels(labels, tf.zeros([50_000]), 1.5, 10), /labelDropout is 1.5.*0 to 1/);
});
