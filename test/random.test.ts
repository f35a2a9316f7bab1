import assert from "node:assert/strict";
import { normalQuantile } from "cfg-lib/dist/random";
import { test } from "node:test";
import { normal, uniform, uniformIntegers } from "cfg-lib";

test("the same key gives the same numbers, another key others", () => {
  assert.deepEqual(normal(100, 5, 1), normal(100, 5, 1));
  assert.notDeepEqual(normal(100, 5, 1), normal(100, 5, 2));
  assert.notDeepEqual(normal(100, 5, 1), normal(100, 1, 5));
  assert.notDeepEqual(normal(100, 5), normal(100, 5, 0));
  assert.notDeepEqual(normal(100, 2 ** 33), normal(100, 2 ** 34));
  assert.notDeepEqual(normal(100, -1), normal(100, 1));
});

test("normal numbers have mean 0, variance 1, and no memory", () => {
  const x = normal(200_000, 7);
  const mean = x.reduce((a, b) => a + b) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const neighbours = x.reduce((sum, value, i) => sum + value * (x[i + 1] ?? 0), 0) / x.length;
  assert.ok(Math.abs(mean) < 0.01, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.015, `variance ${variance}`);
  assert.ok(Math.abs(neighbours) < 0.01, `correlation of neighbours ${neighbours}`);
  assert.ok(Math.abs(x.filter((value) => Math.abs(value) > 1.96).length / x.length - 0.05) < 0.003);
});

test("neighbouring keys are not related", () => {
  const first = Float64Array.from({ length: 20_000 }, (_, seed) => normal(1, seed)[0]);
  const product = first.reduce((sum, value, i) => sum + value * (first[i + 1] ?? 0), 0) / first.length;
  assert.ok(Math.abs(product) < 0.03, `correlation ${product}`);
});

test("uniform numbers fill [0, 1), whole ones fill 0 to below - 1 evenly", () => {
  const x = uniform(100_000, 3);
  assert.ok(x.every((value) => value >= 0 && value < 1));
  const counts = new Array<number>(300).fill(0);
  for (const t of uniformIntegers(300_000, 300, 4)) counts[t]++;
  const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.ok(chiSquared < 400, `chi squared ${chiSquared} of 299 degrees of freedom`);
});

test("a key that is no whole number is refused", () => {
  assert.throws(() => normal(1, 0.5), /0\.5/);
  assert.throws(() => normal(1, NaN), /NaN/);
});

test("normal quantiles are those of the tables", () => {
  const table: [number, number][] = [
    [0.5, 0],
    [0.9, 1.2815515655],
    [0.975, 1.9599639845],
    [0.001, -3.0902323062],
    [0.0001, -3.7190164855],
  ];
  for (const [probability, z] of table) assert.ok(Math.abs(normalQuantile(probability) - z) < 1e-7);
});
