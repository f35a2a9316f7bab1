/** One set of generated digits, measured against real ones. */
import { frechetDistance, type Moments, momentsOf } from "./frechet";
import { halvesInterval, type Measured, wilsonInterval } from "./intervals";
import { FEATURE_COUNT, type Judge, type Verdicts } from "./judge";
import { type Balls, ballsOf, neighbourhood, type Neighbourhood } from "./neighbours";

/** Real digits that others are compared with. */
export interface Reference {
  moments: Moments;
  balls: Balls;
  /** Mean squared distance of two digits of the same label, on the judge's features. */
  spread: number;
}

/** How good a set of digits is. */
export interface Score extends Neighbourhood {
  /** How many digits. */
  n: number;
  /** Share that the judge takes for the label that was asked for, with Wilson's interval. */
  accuracy: Measured;
  /**
   * Fréchet distance to the reference on the judge's features, every label counting the same, with an interval from
   * halves.
   */
  frechet: Measured;
  /** Spread of the digits of one label, over that of the real ones: 1 is as various as the reference. */
  variety: number;
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
 */
export function score(
  judge: Judge,
  reference: Reference,
  images: Float32Array,
  labels: ArrayLike<number>,
): Score {
  const verdicts = judge.judge(images);
  const n = labels.length;
  if (verdicts.labels.length !== n)
    throw new RangeError(
      `there are ${verdicts.labels.length} images and ${n} labels; give one label for each.`,
    );
  const right = verdicts.labels.filter((label, i) => label === labels[i]).length;
  const distanceOf = (indices?: Int32Array): number =>
    frechetDistance(reference.moments, momentsOf(verdicts.features, { indices, labels }));
  return {
    n,
    accuracy: wilsonInterval(right, n),
    frechet: halvesInterval(distanceOf(), labels, distanceOf),
    ...neighbourhood(reference.balls, ballsOf(verdicts.features, { d: FEATURE_COUNT })),
    variety: spreadWithinLabels(verdicts, labels) / reference.spread,
  };
}

/**
 * Mean over the labels of the mean squared distance of two digits of that label: twice the sum of the features'
 * variances. Only digits that the judge takes for that label count, or wrong ones would pass for variety; 0 where no label
 * has two of them.
 */
function spreadWithinLabels({ features, labels: judged }: Verdicts, asked: ArrayLike<number>): number {
  const spreads: number[] = [];
  for (let label = 0; label < 10; label++) {
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
