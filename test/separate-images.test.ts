/** Images in a row, taken apart and put together again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXELS, separateImages, stackRows } from "cfg-lib";

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
