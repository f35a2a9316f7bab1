import assert from "node:assert/strict";
import { test } from "node:test";
import { pickImages, PIXELS } from "cfg-lib";

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
  assert.throws(() => pickImages(images.subarray(1), [2]), /multiple of 1024/);
});
