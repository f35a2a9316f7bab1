import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, wilsonInterval } from "cfg-lib";
import { halvesInterval, meanInterval, randomHalves } from "cfg-lib/dist/measures/intervals";
import { golden } from "./golden";

test("Wilson's interval is statsmodels'", () => {
  for (const [right, n, low, high] of golden.wilson) {
    const interval = wilsonInterval(right, n);
    assert.equal(interval.value, right / n);
    assert.ok(Math.abs(interval.low - low) < 1e-6, `${right}/${n}: low ${interval.low}, not ${low}`);
    assert.ok(Math.abs(interval.high - high) < 1e-6, `${right}/${n}: high ${interval.high}, not ${high}`);
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
});
