/**
 * MNIST's 10,000 test digits in two halves: one is the reference that every set of digits is compared with, the other
 * gives the floors, the same measures of real digits. The judge was trained on neither. Node only.
 */
import { batches, type Dataset, loadMnist, pick, type Samples } from "mnist-data-loader";
import { DIGIT_COUNT } from "../digits";
import type { Judge } from "../judge/judge";
import { type Interval, standardDeviation } from "../measures/intervals";
import {
  DETAILED_FROM,
  largestOf,
  measure,
  type Measure,
  prepareReference,
  type Reference,
  score,
  type Score,
} from "../measures/score";
import { uniform } from "../random";
import { checkInteger } from "../validate";

/** The reference and the other half. */
export interface MnistReference extends Reference {
  /** Real digits that are not in the reference. */
  pool: Samples;
}

/** The measures of real digits: means over several draws of n. */
export interface Floor extends Score {
  /** How many times n digits were drawn. */
  draws: number;
}

/**
 * The reference from the first of two halves of the test set. Every second digit goes to each half: the test set's
 * first 5,000 digits are neater than its last, so it is not cut in the middle.
 * @example
 * cfg.mnistReference(judge).pool.labels.length // 5000
 */
export function mnistReference(judge: Judge): MnistReference {
  const test = loadMnist({ split: "test" });
  const every = (from: number): Int32Array =>
    Int32Array.from({ length: test.count / 2 }, (_, i) => 2 * i + from);
  const [half, pool] = [pick(test, every(0)), pick(test, every(1))];
  let train: Dataset | undefined; // read when it is first needed
  const training = (): Iterable<Float32Array> => imagesInParts((train ??= loadMnist()));
  return { ...prepareReference(judge, half.images, half.labels), pool, training };
}

/**
 * The labels to ask for when n digits are to be scored: the ten digits in turn.
 * @example
 * cfg.labelsFor(20) // [0, 1, 2, ...]
 */
export function labelsFor(n: number): number[] {
  checkInteger("n", n, 20, 60_000);
  return Array.from({ length: n }, (_, i) => i % DIGIT_COUNT);
}

/**
 * What n real digits score, the same number of each label: no generator can be expected to do better. The interval says
 * how far one draw may lie from the mean. The whole pool has not quite the same number of each label; its distance
 * counts every label the same all the same.
 * @param draws how many times n digits are drawn from the pool; once, if all of it is needed
 * @example
 * cfg.floorOf(judge, cfg.mnistReference(judge), 100, 2).accuracy.value > 0.9 // true
 */
export function floorOf(judge: Judge, reference: MnistReference, n: number, draws: number = 10): Floor {
  const { pool } = reference;
  const labels = labelsFor(n);
  if (n === pool.labels.length) return { draws: 1, ...score(judge, reference, pool.images, pool.labels) };
  if (draws === 1) return { draws, ...score(judge, reference, drawImages(pool, labels, 0), labels) };
  const ofDraws = Array.from({ length: draws }, (_, draw) =>
    measure(judge, reference, drawImages(pool, labels, draw), labels),
  );
  const names = (Object.keys(ofDraws[0]) as Measure[]).filter(
    (name) => name !== "nearest" || n >= DETAILED_FROM,
  );
  const spreads = names.map((name): [Measure, Interval] => [
    name,
    spreadOf(
      ofDraws.map((one) => one[name]!),
      largestOf(name),
    ),
  ]);
  return { n, draws, ...(Object.fromEntries(spreads) as Record<Measure, Interval>) };
}

/** The mean of some draws, and how far one draw may lie from it. */
function spreadOf(values: number[], largest: number): Interval {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const half = 1.96 * standardDeviation(values);
  return { value, low: Math.max(0, value - half), high: Math.min(largest, value + half) };
}

/** Real digits with these labels, drawn without putting back. */
function drawImages({ images, labels }: Samples, wanted: number[], draw: number): Float32Array {
  const order = uniform(labels.length, draw);
  const shuffled = Array.from(order.keys()).sort((a, b) => order[a] - order[b]);
  const byLabel = Array.from({ length: DIGIT_COUNT }, (_, label) =>
    shuffled.filter((i) => labels[i] === label),
  );
  const size = images.length / labels.length;
  const pixels = new Float32Array(wanted.length * size);
  for (const [row, label] of wanted.entries()) {
    const index = byLabel[label].pop();
    if (index === undefined)
      throw new RangeError(
        `n is ${wanted.length}; there are not enough real digits of the label ${label} for that.`,
      );
    pixels.set(images.subarray(index * size, (index + 1) * size), row * size);
  }
  return pixels;
}

/**
 * The mean of all images of a data set, [height * width] in [-1, 1]: what training's noisiest images hold beside noise.
 * @example
 * cfg.meanImage(mnist).length // 1024
 */
export function meanImage(dataset: Dataset): Float32Array {
  const size = dataset.height * dataset.width;
  const sums = new Float64Array(size);
  for (let i = 0; i < dataset.images.length; i++) sums[i % size] += dataset.images[i];
  return Float32Array.from(sums, (sum) => (2 * sum) / (255 * dataset.count) - 1);
}

/**
 * All images of a data set as floats, some at a time.
 * @example
 * [...cfg.imagesInParts(mnist, 5000)].length // 2
 */
export function* imagesInParts(dataset: Dataset, batchSize: number = 5000): Generator<Float32Array> {
  for (const { images } of batches(dataset, { batchSize, shuffle: false, dropLast: false })) yield images;
}
