/** Images in a row, taken apart and put together again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pickImages, PIXELS, separateImages, stackRows } from "cfg-lib";

test("separate images are those that were stacked, in order", () => {
  const digits = [0, 1, 2].map((value) => new Float32Array(PIXELS).fill(value));
  assert.deepEqual(separateImages(stackRows(digits)), digits);
  assert.deepEqual(separateImages(Float32Array.of(1, 2, 3, 4), { pixels: 2 }), [
    Float32Array.of(1, 2),
    Float32Array.of(3, 4),
  ]);
  assert.deepEqual(separateImages(new Float32Array()), []);
});

test("numbers that make no whole images are refused", () => {
  assert.throws(() => separateImages(new Float32Array(1500)), {
    name: "RangeError",
    message: "images holds 1500 numbers; it must be a multiple of the 1024 in an image.",
  });
  assert.throws(() => separateImages(new Float32Array(4), { pixels: 0 }), /pixels is 0/);
});

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

const images = Float32Array.from({ length: 3 * PIXELS }, (_, i) => i);

test("images are picked whole, in the order asked for, and as often as asked for", () => {
  const picked = pickImages(images, [2, 0, 2]);
  assert.equal(picked.length, 3 * PIXELS);
  assert.deepEqual(picked.subarray(0, PIXELS), images.subarray(2 * PIXELS));
  assert.deepEqual(picked.subarray(PIXELS, 2 * PIXELS), images.subarray(0, PIXELS));
  assert.deepEqual(picked.subarray(2 * PIXELS), images.subarray(2 * PIXELS));
});

test("what is picked is a copy", () => {
  const picked = pickImages(images, [0]);
  picked[1] = -5;
  assert.equal(images[1], 1);
});

test("an image that is not there, or only in part, is refused", () => {
  assert.throws(() => pickImages(images, [3]), /index is 3; it must be a whole number from 0 to 2/);
  assert.throws(() => pickImages(images, [-1]), RangeError);
  assert.throws(() => pickImages(images.subarray(1), [2]), /multiple of the 1024/);
});
