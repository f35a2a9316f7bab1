/** One set of generated digits, measured against real ones. */
import { DIGIT_COUNT } from "../digits";
import { frechetDistance, type Moments, momentsOf } from "./frechet";
import {
  halvesInterval,
  type Interval,
  meanInterval,
  type Measured,
  randomHalves,
  wilsonInterval,
} from "./intervals";
import { FEATURE_COUNT, type Judge, type Verdicts } from "../judge/judge";
import { type Balls, ballsOf, nearestImages, type Neighbourhood, neighbourhood } from "./neighbours";

/** Real digits that others are compared with. */
export interface Reference {
  moments: Moments;
  balls: Balls;
  /** Mean squared distance of two digits of the same label, on the judge's features. */
  spread: number;
  /** The digits that the network was trained on, some at a time, to look for copies; without it nobody looks. */
  training?: () => Iterable<Float32Array>;
}

/** See {@link Neighbourhood}; variety is the spread of the digits of one label, over that of the real ones. */
type FeatureMeasure = keyof Neighbourhood | "variety";

/** The measures in the space of the judge's features, with the largest value of each. */
const LARGEST: Record<FeatureMeasure, number> = {
  precision: 1,
  recall: 1,
  density: Infinity,
  coverage: 1,
  variety: Infinity,
};
const FEATURE_MEASURES = Object.keys(LARGEST) as FeatureMeasure[];

/** Everything that is measured of a set of digits. */
export type Measure = "accuracy" | "frechet" | FeatureMeasure | "nearest";

/** The largest value that a measure can have. */
export function largestOf(measure: Measure): number {
  if (measure === "accuracy") return 1;
  return (LARGEST as Partial<Record<Measure, number>>)[measure] ?? Infinity;
}

/**
 * From how many digits on all measures have intervals, and copies are looked for: the halves of fewer are too small to have
 * neighbours.
 */
export const DETAILED_FROM = 1000;

/** How good a set of digits is. */
export interface Score extends Record<FeatureMeasure, Measured> {
  /** How many digits. */
  n: number;
  /** Share that the judge takes for the label that was asked for, with Wilson's interval. */
  accuracy: Interval;
  /**
   * Fréchet distance to the reference on the judge's features, every label counting the same, with an interval from
   * halves.
   */
  frechet: Interval;
  /**
   * Mean distance to the nearest training digit, root mean square per pixel: small where digits are copied. For at least
   * `DETAILED_FROM` digits.
   */
  nearest?: Interval;
}

/** Makes a reference of real digits, [n, 32, 32] in [-1, 1] flattened. */
export function prepareReference(judge: Judge, images: Float32Array, labels: ArrayLike<number>): Reference {
  const verdicts = judge.judge(images);
  return {
    moments: momentsOf(verdicts.features, { labels }),
    balls: ballsOf(verdicts.features, { d: FEATURE_COUNT }),
    spread: spreadWithinLabels(verdicts, labels),
  };
}

/**
 * Scores digits.
 * @param images [n, 32, 32] flattened, at least 20
 * @param labels the label that was asked for, for each
 * @throws RangeError when there is not one label for each image, or fewer than 20
 * @example
 * const twenty = pick(mnist, Array.from({ length: 20 }, (_, i) => i));
 * cfg.score(judge, cfg.mnistReference(judge), twenty.images, twenty.labels).n // 20
 */
export function score(
  judge: Judge,
  reference: Reference,
  images: Float32Array,
  labels: ArrayLike<number>,
): Score {
  const verdicts = verdictsOf(judge, images, labels);
  const n = labels.length;
  const halves = randomHalves(labels);
  const nearest = nearestDistances(reference, images, n);
  return {
    n,
    accuracy: wilsonInterval(countRight(verdicts, labels), n),
    frechet: halvesInterval(
      distanceTo(reference, verdicts, labels),
      halves.map((half) => distanceTo(reference, verdicts, labels, half)),
    ),
    ...featureScores(reference, verdicts, labels, n >= DETAILED_FROM ? halves : []),
    ...(nearest && { nearest: meanInterval(nearest) }),
  };
}

/** The measures in the feature space, with intervals where there are halves. */
function featureScores(
  reference: Reference,
  verdicts: Verdicts,
  labels: ArrayLike<number>,
  halves: readonly Int32Array[],
): Record<FeatureMeasure, Measured> {
  const whole = featureMeasures(reference, verdicts, labels);
  const ofHalves = halves.map((half) => featureMeasures(reference, ...rowsOf(verdicts, labels, half)));
  return eachMeasure((name): Measured => {
    if (halves.length === 0) return { value: whole[name] };
    const values = ofHalves.map((half) => half[name]);
    return halvesInterval(whole[name], values, LARGEST[name]);
  });
}

function eachMeasure<Value>(valueOf: (name: FeatureMeasure) => Value): Record<FeatureMeasure, Value> {
  const entries = FEATURE_MEASURES.map((name) => [name, valueOf(name)]);
  return Object.fromEntries(entries) as Record<FeatureMeasure, Value>;
}

/** The numbers of a {@link Score} without their intervals, which take far longer. */
export type Measures = Record<Exclude<Measure, "nearest">, number> & { nearest?: number };

/** Measures digits: what {@link score} says, without intervals. */
export function measure(
  judge: Judge,
  reference: Reference,
  images: Float32Array,
  labels: ArrayLike<number>,
): Measures {
  const verdicts = verdictsOf(judge, images, labels);
  const nearest = nearestDistances(reference, images, labels.length);
  return {
    accuracy: countRight(verdicts, labels) / labels.length,
    frechet: distanceTo(reference, verdicts, labels),
    ...featureMeasures(reference, verdicts, labels),
    ...(nearest && { nearest: meanInterval(nearest).value }),
  };
}

function verdictsOf(judge: Judge, images: Float32Array, labels: ArrayLike<number>): Verdicts {
  const verdicts = judge.judge(images);
  if (verdicts.labels.length !== labels.length)
    throw new RangeError(
      `there are ${verdicts.labels.length} images and ${labels.length} labels; give one label for each.`,
    );
  return verdicts;
}

const countRight = ({ labels: judged }: Verdicts, asked: ArrayLike<number>): number =>
  judged.filter((label, i) => label === asked[i]).length;

function distanceTo(
  reference: Reference,
  { features }: Verdicts,
  labels: ArrayLike<number>,
  indices?: Int32Array,
): number {
  return frechetDistance(reference.moments, momentsOf(features, { indices, labels }));
}

/** How far each image is from the nearest training digit; undefined for few images, and where nobody looks. */
function nearestDistances(reference: Reference, images: Float32Array, n: number): Float32Array | undefined {
  if (n < DETAILED_FROM || !reference.training) return undefined;
  return nearestImages(images, reference.training()).distance;
}

type SomeVerdicts = Pick<Verdicts, "features" | "labels">;

function featureMeasures(
  reference: Reference,
  verdicts: SomeVerdicts,
  labels: ArrayLike<number>,
): Record<FeatureMeasure, number> {
  return {
    ...neighbourhood(reference.balls, ballsOf(verdicts.features, { d: FEATURE_COUNT })),
    variety: spreadWithinLabels(verdicts, labels) / reference.spread,
  };
}

/** The judge's labels and features of some images, and the labels that were asked for. */
function rowsOf(
  { features, labels: judged }: Verdicts,
  asked: ArrayLike<number>,
  rows: Int32Array,
): [SomeVerdicts, number[]] {
  const rowFeatures = new Float32Array(rows.length * FEATURE_COUNT);
  for (const [i, row] of rows.entries())
    rowFeatures.set(features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT), i * FEATURE_COUNT);
  const labels = Uint8Array.from(rows, (row) => judged[row]);
  return [{ features: rowFeatures, labels }, Array.from(rows, (row) => asked[row])];
}

/**
 * Mean over the labels of the mean squared distance of two digits of that label: twice the sum of the features'
 * variances. Only digits that the judge takes for that label count, or wrong ones would pass for variety; 0 where no label
 * has two of them.
 */
function spreadWithinLabels({ features, labels: judged }: SomeVerdicts, asked: ArrayLike<number>): number {
  const spreads: number[] = [];
  for (let label = 0; label < DIGIT_COUNT; label++) {
    const rows = Int32Array.from(judged.keys()).filter((i) => judged[i] === label && asked[i] === label);
    if (rows.length >= 2) spreads.push(2 * traceOfCovariance(features, rows));
  }
  return spreads.reduce((sum, value) => sum + value, 0) / Math.max(1, spreads.length);
}

function traceOfCovariance(features: Float32Array, rows: Int32Array): number {
  let trace = 0;
  for (let j = 0; j < FEATURE_COUNT; j++) {
    let [sum, squares] = [0, 0];
    for (const row of rows) {
      const value = features[row * FEATURE_COUNT + j];
      sum += value;
      squares += value ** 2;
    }
    trace += (squares - sum ** 2 / rows.length) / (rows.length - 1);
  }
  return trace;
}
