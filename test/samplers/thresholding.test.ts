import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { clipX0, dpmSolver, dynamicThreshold, startEngine } from "cfg-lib";
import { imagesBy } from "../guidance/small-model";

before(() => startEngine());

test("clipping keeps x0 in its range, dynamic thresholding cuts at the quantile and divides by it", () => {
  const x = tf.tensor4d([0.1, -0.5, 3, -4, 0.2, 0.3, 0.4, 0.5], [2, 2, 2, 1]);
  assert.deepEqual(Array.from(clipX0()(x).dataSync()).slice(2, 4), [1, -1]);
  // |x| sorted is 0.1, 0.5, 3, 4: its 0.5 quantile is 1.75. The second image stays: its quantile is below 1.
  const [first, second] = tf
    .split(dynamicThreshold({ ratio: 0.5 })(x), 2)
    .map((y) => Array.from(y.dataSync()));
  [0.1 / 1.75, -0.5 / 1.75, 1, -1].forEach((value, i) => assert.ok(Math.abs(first[i] - value) < 1e-6));
  assert.deepEqual(second, Array.from(x.dataSync()).slice(4));
  const limited = dynamicThreshold({ ratio: 1, max: 2 })(x).dataSync();
  assert.deepEqual(Array.from(limited).slice(2, 4), [1, -1]);
  assert.throws(() => dynamicThreshold({ ratio: 1.1 }), /ratio is 1.1/);
  assert.throws(() => dynamicThreshold({ max: 0.5 }), /max is 0.5/);
});

test("thresholds are off by default, and on they change what is sampled", () => {
  const options = { sampler: dpmSolver, steps: 5 };
  assert.notDeepEqual(imagesBy({ ...options, threshold: clipX0({ limit: 0.1 }) }), imagesBy(options));
});
