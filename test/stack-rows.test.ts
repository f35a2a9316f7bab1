import assert from "node:assert/strict";
import { test } from "node:test";
import { stackRows } from "cfg-lib";

test("the numbers of all parts stand in a row, in order, in an array of their own", () => {
  const [one, two] = [Float32Array.of(1, 2), Float32Array.of(3)];
  const all = stackRows([one, new Float32Array(), two, one]);
  assert.deepEqual(all, Float32Array.of(1, 2, 3, 1, 2));
  all.fill(0);
  assert.deepEqual(one, Float32Array.of(1, 2));
});

test("of no parts there are no numbers", () => assert.deepEqual(stackRows([]), new Float32Array()));

test("a part of a larger array is taken alone", () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  assert.deepEqual(stackRows([whole.subarray(2), whole.subarray(0, 1)]), Float32Array.of(3, 4, 1));
});
