import assert from "node:assert/strict";
import { before, test } from "node:test";
import { frechetDistance, momentsOf, normal, startEngine } from "cfg-lib";
import { drawn, FEATURE_COUNT, golden, real } from "./golden";

before(() => startEngine());

test("the Fréchet distance is scipy's", () => {
  const distance = frechetDistance(
    momentsOf(real, { d: FEATURE_COUNT }),
    momentsOf(drawn, { d: FEATURE_COUNT }),
  );
  assert.ok(
    Math.abs(distance - golden.frechet) < 1e-5 * golden.frechet,
    `${distance}, not ${golden.frechet}`,
  );
});

test("the Fréchet distance of normal distributions on a line is (mean - mean)^2 + (sd - sd)^2", () => {
  const a = Float32Array.of(-1, 0, 1, 2); // mean 1/2, variance 5/3
  const b = Float32Array.of(3, 5, 7, 9); // mean 6, variance 20/3
  const expected = 5.5 ** 2 + (Math.sqrt(5 / 3) - Math.sqrt(20 / 3)) ** 2;
  const distance = frechetDistance(momentsOf(a, { d: 1 }), momentsOf(b, { d: 1 }));
  assert.ok(Math.abs(distance - expected) < 1e-9, `${distance}, not ${expected}`);
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
  const flat = real.map((value, at) => (at % FEATURE_COUNT === 2 ? 0 : value));
  assert.ok(
    frechetDistance(momentsOf(flat, { d: FEATURE_COUNT }), momentsOf(flat, { d: FEATURE_COUNT })) < 1e-6,
  );
});

test("where labels are given, each counts the same, however many rows it has", () => {
  const features = Float32Array.of(0, 2, 0, 2, 0, 2, 10); // six of label 0, mean 1; one of label 1
  const { mean, covariance } = momentsOf(features, { labels: [0, 0, 0, 0, 0, 0, 1], d: 1 });
  assert.ok(Math.abs(mean[0] - 5.5) < 1e-12);
  // half of (1 + 4.5^2) and half of 4.5^2, with Bessel's 7 / 6
  assert.ok(Math.abs(covariance.get(0, 0) - (7 / 6) * (0.5 + 4.5 ** 2)) < 1e-9);
});
