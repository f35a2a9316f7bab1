/** Models of functions: any function can be one, with labels of any kind. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  createModel,
  ddim,
  largestDifference,
  linearSchedule,
  type Model,
  type Predict,
  runToEnd,
  sampleAll,
  sampleMany,
  type SampleOptions,
  startEngine,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import { predict, smallModel } from "./guidance/small-model";
import { noiseImages, SMALL_SHAPE } from "./small-images";

before(() => startEngine());

test("without options a model is one of the seed's: noise, 300 linear timesteps, digits and 10 for none", () => {
  const model = createModel((x) => tf.zerosLike(x));
  assert.equal(model.predicts, "noise");
  assert.deepEqual(model.schedule, linearSchedule());
  assert.equal(model.nullLabel, 10);
  assert.deepEqual(model.imageShape, [32, 32, 1]);
  assert.deepEqual(sampleAll(model, { labels: [3], sampler: ddim(), steps: 2 }).shape, [1, 32, 32, 1]);
});

test("a model is asked within its schedule alone, and the function only then", () => {
  let calls = 0;
  const count: Predict = (x) => {
    calls++;
    return tf.zerosLike(x);
  };
  const model = createModel(count, { schedule: zeroTerminalSnrSchedule({ timesteps: 100 }) });
  for (const [t, given] of [
    [100, "100"],
    [-1, "-1"],
    [1.5, "1\\.5"],
    [NaN, "NaN"],
  ] as [number, string][])
    assert.throws(
      () => model.predict(noiseImages(1), t, [1, 2, 3]),
      new RegExp(`^RangeError: timestep t is ${given}; it must be a whole number from 0 to 99`),
    );
  assert.equal(calls, 0);
  for (const t of [0, 99]) model.predict(noiseImages(1), t, [1, 2, 3]);
  assert.equal(calls, 2);
});

test("a prediction of another shape than the images' is refused with both shapes, and sampling frees what it holds", () => {
  const flat = createModel((x) => tf.reshape(x, [x.shape[0], 16, 1, 1]), { imageShape: SMALL_SHAPE });
  const message = (images: number): RegExp =>
    new RegExp(
      `^RangeError: the model's prediction has the shape \\[${images}, 16, 1, 1\\]; it must be \\[${images}, 4, 4, 1\\]`,
    );
  assert.throws(() => flat.predict(noiseImages(1), 5, [1, 2, 3]), message(3));
  const tensors = tf.memory().numTensors;
  assert.throws(() => sampleAll(flat, { labels: [1, 2, 3], guidanceScale: 2 }), message(6));
  assert.equal(tf.memory().numTensors, tensors);
});

/** The small model by other names of its digits. */
function renamed<Label>(digitOf: (label: Label) => number, nullLabel: Label): Model<Label> {
  return createModel<Label>((x, t, names) => predict(x, t, names.map(digitOf)), {
    nullLabel,
    imageShape: SMALL_SHAPE,
  });
}

/** Throws unless sampling by these labels gives the images of the digits 0, 4 and 8. */
function assertSamplesAsDigits<Label>(model: Model<Label>, labels: Label[]): void {
  const shared = { sampler: ddim(), steps: 5, seed: 2 };
  for (const guidanceScale of [2, [0, 1, 2]]) {
    for (const noiseIndices of [
      [0, 1, 2],
      [7, 7, 7],
    ]) {
      const options: Omit<SampleOptions, "labels"> = { ...shared, guidanceScale, noiseIndices };
      const expected = sampleAll(smallModel, { ...options, labels: [0, 4, 8] }).images;
      assert.deepEqual(sampleAll(model, { ...options, labels }).images, expected);
      const some = runToEnd(sampleMany(model, { ...options, labels, batchSize: 2 }));
      assert.ok(largestDifference(some, expected) < 1e-5);
    }
  }
}

test("labels may be words", () => {
  const digits = new Map([
    ["zero", 0],
    ["four", 4],
    ["eight", 8],
    ["any", 10],
  ]);
  const model = renamed((word: string) => digits.get(word)!, "any");
  assertSamplesAsDigits(model, ["zero", "four", "eight"]);
});

test("labels may be objects", () => {
  interface Wish {
    digit: number;
    style: "thin" | "bold";
  }
  const model = renamed(({ digit }: Wish) => digit, { digit: 10, style: "thin" });
  const wish = (digit: number): Wish => ({ digit, style: "bold" });
  assertSamplesAsDigits(model, [wish(0), wish(4), wish(8)]);
});

test("labels that are numbers must be digits or the null label, unless the model says what else may be asked for", () => {
  const zeros: Predict = (x) => tf.zerosLike(x);
  const sampled = (model: Model, label: number) => () =>
    sampleAll(model, { labels: [3, label], sampler: ddim(), steps: 1 });
  assert.throws(
    sampled(createModel(zeros), 11),
    /^RangeError: labels\[1\] is 11; it must be a digit from 0 to 9, or 10, the null label/,
  );
  const even = createModel(zeros, {
    nullLabel: -1,
    checkLabels(name, labels) {
      for (const label of labels)
        if (label % 2 !== 0 && label !== 3)
          throw new RangeError(`${name} must be even, and hold no ${label}.`);
    },
  });
  assert.doesNotThrow(sampled(even, 26));
  assert.throws(sampled(even, 27), /^RangeError: labels must be even, and hold no 27/);
});

test("the null label may be any number: the digits are allowed beside it, and no other number is", () => {
  for (const nullLabel of [-1, 5, 20]) {
    const model = createModel((x) => tf.zerosLike(x), { nullLabel });
    assert.doesNotThrow(() => model.checkLabels("labels", [0, 9, nullLabel]));
    for (const label of [-2, 10, 2.5, 21])
      assert.throws(
        () => model.checkLabels("labels", [label]),
        new RegExp(
          `labels\\[0\\] is ${label}; it must be a digit from 0 to 9, or ${nullLabel}, the null label`,
        ),
      );
  }
});

test("words without a null label of their own are refused: 10, which stands for none, is no word", () => {
  const model = createModel<string>((x) => tf.zerosLike(x));
  assert.throws(
    () => sampleAll(model, { labels: ["three"], sampler: ddim(), steps: 1 }),
    /^RangeError: labels\[0\] is "three"; it must be a digit/,
  );
});

test("no labels are refused, whatever labels are", () => {
  const model = renamed((word: string) => word.length, "none");
  assert.throws(
    () => sampleAll(model, { labels: [], sampler: ddim(), steps: 1 }),
    /^RangeError: labels is empty/,
  );
});
