import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { nearestImages, normal, startEngine } from "cfg-lib";
import { ballsOf, neighbourhood } from "cfg-lib/dist/measures/neighbours";
import { drawn, FEATURE_COUNT, featureRows, golden, real } from "./golden";

before(() => startEngine());

test("precision, recall, density and coverage are those of the authors' package", () => {
  for (const k of [3, 5] as const) {
    const ours = neighbourhood(
      ballsOf(real, { d: FEATURE_COUNT, k }),
      ballsOf(drawn, { d: FEATURE_COUNT, k }),
    );
    for (const name of ["precision", "recall", "density", "coverage"] as const) {
      const expected = golden.prdc[k][name];
      assert.ok(Math.abs(ours[name] - expected) < 1e-9, `k ${k}: ${name} ${ours[name]}, not ${expected}`);
    }
  }
});

test("the nearest image is found across parts, with its distance", () => {
  const candidates = [normal(3 * 4, 1), normal(2 * 4, 2)];
  const image = Float32Array.from(candidates[1].subarray(4), (value) => value + 0.5);
  const before = tf.memory().numTensors;
  const { index, distance } = nearestImages(image, candidates, 4);
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual([...index], [4]);
  assert.ok(Math.abs(distance[0] - 0.5) < 1e-3, `${distance[0]}`);
});

test("fewer images than neighbours are refused", () => {
  assert.throws(
    () => ballsOf(featureRows(5, 1, 0), { d: FEATURE_COUNT }),
    /there are 5 images; their 5 nearest/,
  );
});
