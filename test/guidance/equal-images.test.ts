import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type Predict, startEngine } from "cfg-lib";
import { askEqualOnce } from "cfg-lib/dist/guidance/equal-images";

before(() => startEngine());

/** Images of one pixel each. */
const pixels = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [values.length, 1, 1, 1]);

interface Wish {
  digit: number;
  style: string;
}

/** Answers 10 times the pixel, and the digit; keeps what it was asked. */
function watched<Label>(digitOf: (label: Label) => number): {
  predict: Predict<Label>;
  calls: { pixels: number[]; t: number; labels: Label[] }[];
} {
  const calls: { pixels: number[]; t: number; labels: Label[] }[] = [];
  const predict: Predict<Label> = (x, t, labels) => {
    calls.push({ pixels: Array.from(x.dataSync()), t, labels });
    return tf.add(tf.mul(x, 10), pixels(...labels.map(digitOf)));
  };
  return { predict, calls };
}

test("equal images with equal labels are asked about once, and the answers are in the order of the images", () => {
  const { predict, calls } = watched((digit: number) => digit);
  const once = askEqualOnce(predict, [5, 7, 5, 5, 7]);
  const answers = once(pixels(1, 2, 1, 1, 2), 42, [3, 3, 8, 3, 3]);
  assert.deepEqual(calls, [{ pixels: [1, 2, 1], t: 42, labels: [3, 3, 8] }]);
  assert.deepEqual(Array.from(answers.dataSync()), [13, 23, 18, 13, 23]);
  assert.deepEqual(answers.shape, [5, 1, 1, 1]);
});

test("labels that are objects are equal where they are the same object", () => {
  const { predict, calls } = watched(({ digit }: Wish) => digit);
  const three = { digit: 3, style: "thin" };
  const alike = { ...three };
  const eight = { digit: 8, style: "thin" };
  const once = askEqualOnce(predict, [0, 0, 0, 0, 1]);
  const answers = once(pixels(1, 1, 1, 1, 2), 0, [eight, three, eight, alike, eight]);
  assert.deepEqual(calls[0].pixels, [1, 1, 1, 2]);
  const order = [eight, three, alike, eight];
  assert.ok(calls[0].labels.every((label, i) => label === order[i]));
  assert.deepEqual(Array.from(answers.dataSync()), [18, 13, 18, 13, 28]);
});

test("images that are all different are put to the network as they are, not copied", () => {
  const { predict, calls } = watched((digit: number) => digit);
  const x = pixels(1, 1, 3);
  const seen: tf.Tensor[] = [];
  const watchedTwice: Predict = (images, t, labels) => {
    seen.push(images);
    return predict(images, t, labels);
  };
  const answers = askEqualOnce(watchedTwice, [4, 4, 6])(x, 9, [0, 1, 0]);
  assert.equal(seen[0], x);
  assert.deepEqual(calls, [{ pixels: [1, 1, 3], t: 9, labels: [0, 1, 0] }]);
  assert.deepEqual(Array.from(answers.dataSync()), [10, 11, 30]);
});
