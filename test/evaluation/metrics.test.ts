import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { ballsOf, neighbourhood } from "cfg-lib/dist/measures/neighbours";
import { frechetDistance, momentsOf, nearestImages, normal, startEngine, wilsonInterval } from "cfg-lib";
import { halvesInterval, meanInterval, randomHalves } from "cfg-lib/dist/measures/intervals";

/** From scipy, statsmodels and prdc: see make.py beside it. */
const golden = JSON.parse(readFileSync(path.join(__dirname, "../golden/metrics/metrics.json"), "utf8")) as {
  frechet: number;
  prdc: Record<"3" | "5", { precision: number; recall: number; density: number; coverage: number }>;
  wilson: [right: number, n: number, low: number, high: number][];
};

const D = 6;

/** The formula of make.py. */
function features(n: number, scale: number, offset: number): Float32Array {
  return Float32Array.from({ length: n * D }, (_, at) => {
    const [i, j] = [Math.floor(at / D), at % D];
    return scale * Math.sin(1.7 * i + 0.3 * i * j + j) + offset * (j % 2);
  });
}
const real = features(80, 1, 0);
const fake = features(60, 0.8, 0.4);

before(() => startEngine());

test("Wilson's interval is statsmodels'", () => {
  for (const [right, n, low, high] of golden.wilson) {
    const found = wilsonInterval(right, n);
    assert.equal(found.value, right / n);
    assert.ok(Math.abs(found.low - low) < 1e-6, `${right}/${n}: low ${found.low}, not ${low}`);
    assert.ok(Math.abs(found.high - high) < 1e-6, `${right}/${n}: high ${found.high}, not ${high}`);
  }
});

test("the Fréchet distance is scipy's", () => {
  const found = frechetDistance(momentsOf(real, { d: D }), momentsOf(fake, { d: D }));
  assert.ok(Math.abs(found - golden.frechet) < 1e-5 * golden.frechet, `${found}, not ${golden.frechet}`);
});

test("the Fréchet distance of normal distributions on a line is (mean - mean)^2 + (sd - sd)^2", () => {
  const a = Float32Array.of(-1, 0, 1, 2); // mean 1/2, variance 5/3
  const b = Float32Array.of(3, 5, 7, 9); // mean 6, variance 20/3
  const expected = 5.5 ** 2 + (Math.sqrt(5 / 3) - Math.sqrt(20 / 3)) ** 2;
  const found = frechetDistance(momentsOf(a, { d: 1 }), momentsOf(b, { d: 1 }));
  assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`);
});

test("the Fréchet distance of few rows is that of their covariance", () => {
  const d = 8;
  const many = momentsOf(normal(200 * d, 1), { d });
  for (const n of [2, 5, 7]) {
    const { rows, ...moments } = momentsOf(normal(n * d, 2), { d, labels: [0, 1, 1, 0, 1, 1, 1] });
    assert.deepEqual([rows?.rows, rows?.columns], [n, d]);
    const [fast, whole] = [frechetDistance(many, { ...moments, rows }), frechetDistance(many, moments)];
    assert.ok(Math.abs(fast - whole) < 1e-6 * whole, `${n} rows: ${fast}, not ${whole}`);
  }
});

test("a set has no Fréchet distance to itself, even where features never vary", () => {
  const flat = real.map((value, at) => (at % D === 2 ? 0 : value));
  assert.ok(frechetDistance(momentsOf(flat, { d: D }), momentsOf(flat, { d: D })) < 1e-6);
});

test("precision, recall, density and coverage are those of the authors' package", () => {
  for (const k of [3, 5] as const) {
    const found = neighbourhood(ballsOf(real, { d: D, k }), ballsOf(fake, { d: D, k }));
    for (const name of ["precision", "recall", "density", "coverage"] as const) {
      const expected = golden.prdc[k][name];
      assert.ok(Math.abs(found[name] - expected) < 1e-9, `k ${k}: ${name} ${found[name]}, not ${expected}`);
    }
  }
});

test("halves tell how far a mean may be off: sd / sqrt(n)", () => {
  const n = 2000;
  const values = normal(n, 3);
  const meanOf = (indices: Int32Array): number =>
    indices.reduce((sum, i) => sum + values[i], 0) / indices.length;
  const halves = randomHalves(new Uint8Array(n), { halves: 400 });
  const { low, high } = halvesInterval(
    5,
    halves.map((indices) => 5 + meanOf(indices)),
  );
  const error = (high - low) / 2 / 1.96;
  assert.ok(Math.abs(error * Math.sqrt(n) - 1) < 0.1, `${error * Math.sqrt(n)} of the true error`);
});

test("a mean's interval is sd / sqrt(n), and an interval stays where its measure can be", () => {
  const { value, low, high } = meanInterval([1, 3, 1, 3]); // sd 2 / sqrt(3)
  assert.equal(value, 2);
  assert.ok(Math.abs((high - low) / 2 - (1.959964 * 2) / Math.sqrt(3) / 2) < 1e-12);
  assert.deepEqual(halvesInterval(0.9, [0.5, 0.9], 1).high, 1);
  assert.deepEqual(halvesInterval(0.1, [0.5, 0.9]).low, 0);
});

test("an interval from few images is refused, and so are impossible counts", () => {
  assert.throws(() => randomHalves(new Uint8Array(19)), /n is 19; an interval from halves needs at least 20/);
  assert.throws(() => wilsonInterval(11, 10), /right is 11; it must be a whole number from 0 to 10/);
  assert.throws(() => wilsonInterval(0, 0), /n is 0; it must be a whole number of at least 1/);
  assert.throws(() => ballsOf(features(5, 1, 0), { d: D }), /there are 5 images; their 5 nearest/);
});

test("where labels are given, each counts the same, however many rows it has", () => {
  const features = Float32Array.of(0, 2, 0, 2, 0, 2, 10); // six of label 0, mean 1; one of label 1
  const { mean, covariance } = momentsOf(features, { labels: [0, 0, 0, 0, 0, 0, 1], d: 1 });
  assert.ok(Math.abs(mean[0] - 5.5) < 1e-12);
  // half of (1 + 4.5^2) and half of 4.5^2, with Bessel's 7 / 6
  assert.ok(Math.abs(covariance.get(0, 0) - (7 / 6) * (0.5 + 4.5 ** 2)) < 1e-9);
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
