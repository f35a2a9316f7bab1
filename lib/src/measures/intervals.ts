/** How far a measured number may be off. Intervals are 95%: 1.96 standard errors to both sides of a normal one. */
import { uniform } from "../random";
import { checkInteger } from "../validate";

/** A measured number, and its 95% interval where one is known. */
export interface Measured {
  value: number;
  low?: number;
  high?: number;
}

/** A measured number and its 95% interval. */
export type Interval = Required<Measured>;

const Z = 1.959964;

/**
 * Wilson's score interval of a share (Wilson 1927): never outside 0..1, and right for small counts and shares near 1,
 * where the usual p +- z sqrt(p (1 - p) / n) is not.
 * @param right how many, 0..n
 * @param n of how many, at least 1
 * @example
 * cfg.wilsonInterval(98, 100).low // 0.930
 */
export function wilsonInterval(right: number, n: number): Interval {
  checkInteger("n", n, 1, Infinity);
  checkInteger("right", right, 0, n);
  const value = right / n;
  const centre = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  return { value, low: right === 0 ? 0 : centre - half, high: right === n ? 1 : centre + half };
}

/** Options of {@link randomHalves}. */
export interface HalvesOptions {
  /** How many. */
  halves?: number;
  seed?: number;
}

/**
 * Random halves of a set of images, drawn without putting back.
 * @param labels of the images, at least 20: every half has half of the images of each label, as the whole was made
 * @returns the indices of each half
 */
export function randomHalves(
  labels: ArrayLike<number>,
  { halves = 40, seed = 0 }: HalvesOptions = {},
): Int32Array[] {
  const n = labels.length;
  if (n < 20) throw new RangeError(`n is ${n}; an interval from halves needs at least 20 images.`);
  return Array.from({ length: halves }, (_, half) => {
    const order = uniform(n, seed, half);
    const shuffled = Array.from(order.keys()).sort((a, b) => order[a] - order[b]);
    const counts = new Map<number, number>();
    const indices = shuffled.filter((i) => {
      const before = counts.get(labels[i]) ?? 0;
      counts.set(labels[i], before + 1);
      return before % 2 === 0; // every second one of a label
    });
    return Int32Array.from(indices);
  });
}

/**
 * The interval of a measure of a set of images, from its values for random halves of the set (the delete-half jackknife:
 * Shao and Wu, "A general theory for jackknife variance estimation", 1989): the spread over halves estimates the spread of
 * the whole. A bootstrap would draw some images twice, and twins look like less variety: a Fréchet distance of a bootstrap
 * sample is too large, not only spread out.
 * @param value the measure of the whole set
 * @param ofHalves the measure of each of {@link randomHalves}
 * @param most the largest value that the measure can have
 */
export function halvesInterval(
  value: number,
  ofHalves: readonly number[],
  most: number = Infinity,
): Interval {
  const half = Z * standardDeviation(ofHalves);
  return { value, low: Math.max(0, value - half), high: Math.min(most, value + half) };
}

/**
 * The mean of independent values with its interval, from their standard deviation over sqrt(n).
 * @param values at least two
 * @example
 * cfg.meanInterval([1, 2, 3]) // { value: 2, low: 0.868, high: 3.132 }
 */
export function meanInterval(values: ArrayLike<number>): Interval {
  const all = Array.from(values);
  const value = all.reduce((sum, one) => sum + one, 0) / all.length;
  const half = (Z * standardDeviation(all)) / Math.sqrt(all.length);
  return { value, low: value - half, high: value + half };
}

/** Options of {@link measuredText}. */
export interface MeasuredTextOptions {
  /** Digits after the point: 1 by default. */
  digits?: number;
  /** As a percentage, for shares. */
  percent?: boolean;
}

/**
 * A measured number as people write it, with its interval where there is one.
 * @example
 * cfg.measuredText({ value: 0.984, low: 0.971, high: 0.992 }, { percent: true }) // "98.4 % (97.1 to 99.2)"
 */
export function measuredText(
  { value, low, high }: Measured,
  { digits = 1, percent = false }: MeasuredTextOptions = {},
): string {
  const text = (number: number): string => (percent ? 100 * number : number).toFixed(digits);
  const middle = percent ? `${text(value)} %` : text(value);
  return low === undefined || high === undefined ? middle : `${middle} (${text(low)} to ${text(high)})`;
}

/** Standard deviation with Bessel's correction. */
export function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
