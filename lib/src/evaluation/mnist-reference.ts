/**
 * MNIST's 10,000 test digits in two halves: one is the reference that every set of digits is compared with, the other
 * gives the floors, the same measures of real digits. The judge was trained on neither. Node only.
 */
import { batches, type Dataset, loadMnist, pick, type Samples } from "mnist-data-loader";
import { uniform } from "../random";
import { checkInteger } from "../validate";
import { standardDeviation, type Measured } from "./intervals";
import type { Judge } from "./judge";
import { type Details, MOST, prepareReference, type Reference, score, type Score } from "./score";

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

/** The labels to ask for when n digits are to be scored: the ten digits in turn. */
export function labelsFor(n: number): number[] {
  checkInteger("n", n, 20, 60_000);
  return Array.from({ length: n }, (_, i) => i % 10);
}

/**
 * What n real digits score, the same number of each label: no generator can be expected to do better. The interval says
 * how far one draw may lie from the mean. The whole pool has not quite the same number of each label; its distance
 * counts every label the same all the same.
 * @param draws how many times n digits are drawn from the pool; once, if all of it is needed
 */
export function floorOf(judge: Judge, reference: MnistReference, n: number, draws: number = 10): Floor {
  const { pool } = reference;
  const all = n === pool.labels.length;
  const labels = labelsFor(n);
  const scores = Array.from({ length: all ? 1 : draws }, (_, draw) =>
    all
      ? score(judge, reference, pool.images, pool.labels)
      : score(judge, reference, drawImages(pool, labels, draw), labels),
  );
  const mean = (value: (of: Score) => number): number =>
    scores.reduce((sum, one) => sum + value(one), 0) / scores.length;
  const measured = (value: (of: Score) => Measured, most: number = Infinity): Measured => {
    if (scores.length === 1) return value(scores[0]);
    const centre = mean((one) => value(one).value);
    const half = 1.96 * standardDeviation(scores.map((one) => value(one).value));
    return { value: centre, low: Math.max(0, centre - half), high: Math.min(most, centre + half) };
  };
  return {
    ...{ n, draws: scores.length },
    accuracy: measured((one) => one.accuracy, 1),
    frechet: measured((one) => one.frechet),
    precision: mean((one) => one.precision),
    recall: mean((one) => one.recall),
    density: mean((one) => one.density),
    coverage: mean((one) => one.coverage),
    variety: mean((one) => one.variety),
    ...(scores[0].details && { details: floorDetails(scores[0].details, measured) }),
  };
}

/** Details of a floor, measured as the rest of it is. */
function floorDetails(
  details: Details,
  measured: (value: (of: Score) => Measured, most?: number) => Measured,
): Details {
  const names = Object.keys(details) as (keyof Details)[];
  const entries = names.map((name) => [
    name,
    measured((one) => one.details![name]!, name === "nearest" ? Infinity : MOST[name]),
  ]);
  return Object.fromEntries(entries) as Details;
}

/** Real digits with these labels, drawn without putting back. */
function drawImages({ images, labels }: Samples, wanted: number[], draw: number): Float32Array {
  const order = uniform(labels.length, draw);
  const shuffled = Array.from(order.keys()).sort((a, b) => order[a] - order[b]);
  const byLabel = Array.from({ length: 10 }, (_, label) => shuffled.filter((i) => labels[i] === label));
  const size = images.length / labels.length;
  const drawn = new Float32Array(wanted.length * size);
  for (const [row, label] of wanted.entries()) {
    const index = byLabel[label].pop();
    if (index === undefined)
      throw new RangeError(
        `n is ${wanted.length}; there are not enough real digits of the label ${label} for that.`,
      );
    drawn.set(images.subarray(index * size, (index + 1) * size), row * size);
  }
  return drawn;
}

/** The mean of all images of a data set, [height * width] in [-1, 1]: what training's noisiest images hold beside noise. */
export function meanImage(dataset: Dataset): Float32Array {
  const size = dataset.height * dataset.width;
  const sums = new Float64Array(size);
  for (let i = 0; i < dataset.images.length; i++) sums[i % size] += dataset.images[i];
  return Float32Array.from(sums, (sum) => (2 * sum) / (255 * dataset.count) - 1);
}

/** All images of a data set as floats, some at a time. */
export function* imagesInParts(dataset: Dataset, batchSize: number = 5000): Generator<Float32Array> {
  for (const { images } of batches(dataset, { batchSize, shuffle: false, dropLast: false })) yield images;
}
