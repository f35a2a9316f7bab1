import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "cfg-lib";
import {
  assembleBatch,
  type SomeImages,
  takeRows,
  valuesOf,
  withoutRows,
} from "cfg-lib/dist/guidance/some-images";

before(() => startEngine());

/** Images of two pixels each: 10 and 10.5 is the image of row 10. */
const imagesOf = (...rows: number[]): tf.Tensor4D =>
  tf.tensor4d(
    rows.flatMap((row) => [row, row + 0.5]),
    [rows.length, 1, 2, 1],
  );
const some = (...rows: number[]): SomeImages => ({ rows, values: imagesOf(...rows) });
const assertImages = (actual: tf.Tensor4D, ...rows: number[]): void => {
  assert.deepEqual(actual.shape, [rows.length, 1, 2, 1]);
  assert.deepEqual(actual.dataSync(), imagesOf(...rows).dataSync());
};

test("rows of a batch are taken in the order that is asked for; all of it is the batch itself", () => {
  const batch = imagesOf(0, 1, 2, 3);
  assertImages(takeRows(batch, [1, 3]), 1, 3);
  assertImages(takeRows(batch, [3, 0]), 3, 0);
  assertImages(takeRows(batch, [0, 1, 2]), 0, 1, 2);
  assert.equal(takeRows(batch, [0, 1, 2, 3]), batch);
  assertImages(takeRows(batch, [1, 0, 2, 3]), 1, 0, 2, 3);
});

test("values are looked up by the rows of the batch that they are of", () => {
  const images = some(2, 5, 9);
  assertImages(valuesOf(images, [5, 9]), 5, 9);
  assertImages(valuesOf(images, [9, 2]), 9, 2);
  assert.equal(valuesOf(images, [2, 5, 9]), images.values);
});

test("without some rows the others stay with their values", () => {
  const { rows, values } = withoutRows(some(2, 5, 9, 11), [5, 11, 12]);
  assert.deepEqual(rows, [2, 9]);
  assertImages(values, 2, 9);
  assert.deepEqual(withoutRows(some(2, 5), [5, 2]).rows, []);
  assert.deepEqual(withoutRows(some(2, 5), []).rows, [2, 5]);
});

test("a batch is assembled in order from the parts that make it up, whichever order they come in", () => {
  assertImages(assembleBatch([some(1, 3), some(0, 4), some(2)]), 0, 1, 2, 3, 4);
  assertImages(assembleBatch([some(3, 4), some(0, 1, 2)]), 0, 1, 2, 3, 4);
  assertImages(assembleBatch([some(0, 1), some(2)]), 0, 1, 2);
  assertImages(assembleBatch([some(2, 0, 1)]), 0, 1, 2);
});

test("a part without rows is left out, whatever its values are", () => {
  const none: SomeImages = { rows: [], values: imagesOf(7, 8) };
  const whole = some(0, 1);
  assert.equal(assembleBatch([none, whole, none]), whole.values);
  assertImages(assembleBatch([some(1), none, some(0)]), 0, 1);
});
