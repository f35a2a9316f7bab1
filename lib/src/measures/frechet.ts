/**
 * The Fréchet distance between two sets of images: both sets' features are taken as normal distributions, and the
 * distance of these is known in closed form (Dowson and Landau 1982). With the features of Inception it is the FID
 * (Heusel et al., arXiv 1706.08500); here the features are those of the judge, so the numbers compare with nobody
 * else's. It shrinks with the number of images even when nothing else changes: compare at equal n only.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { FEATURE_COUNT } from "../judge/judge";

/** Mean and covariance of features. */
export interface Moments {
  n: number;
  mean: Float64Array;
  /** [d, d], with Bessel's correction. */
  covariance: Matrix;
  /** [n, d], where n < d: centred and weighted rows whose squares add up to the covariance, rows^T rows. */
  rows?: Matrix;
}

/** Options of {@link momentsOf}. */
export interface MomentsOptions {
  /** Which rows; all of them by default. */
  indices?: Int32Array;
  /** The label of each row of `features`: every label then counts the same, however many rows it has. */
  labels?: ArrayLike<number>;
  /** Length of a row. */
  d?: number;
}

/**
 * Mean and covariance of rows of features.
 * @param features [n, d] row by row
 * @example
 * cfg.momentsOf(judge.judge(images).features).mean.length // 128
 */
export function momentsOf(
  features: Float32Array,
  { indices, labels, d = FEATURE_COUNT }: MomentsOptions = {},
): Moments {
  const rows = indices ?? Int32Array.from({ length: features.length / d }, (_, i) => i);
  const n = rows.length;
  if (n < 2) throw new RangeError(`there are ${n} images; a covariance needs at least 2.`);
  const weights = labels ? balancedWeights(rows, labels) : new Float64Array(n).fill(1 / n);
  const mean = new Float64Array(d);
  rows.forEach((row, i) => {
    for (let j = 0; j < d; j++) mean[j] += weights[i] * features[row * d + j];
  });
  const bessel = n / (n - 1);
  const sums = new Float64Array(d * d);
  const few = n < d ? Matrix.zeros(n, d) : undefined;
  const centred = new Float64Array(d);
  rows.forEach((row, i) => {
    const root = Math.sqrt(bessel * weights[i]);
    for (let j = 0; j < d; j++) centred[j] = root * (features[row * d + j] - mean[j]);
    few?.setRow(i, centred);
    for (let j = 0; j < d; j++) for (let k = 0; k <= j; k++) sums[j * d + k] += centred[j] * centred[k];
  });
  const covariance = Matrix.zeros(d, d);
  for (let j = 0; j < d; j++)
    for (let k = 0; k <= j; k++) {
      covariance.set(j, k, sums[j * d + k]);
      covariance.set(k, j, sums[j * d + k]);
    }
  return { n, mean, covariance, rows: few };
}

/** The weight of each row, so that every label that occurs has the same in all; they add up to 1. */
function balancedWeights(rows: Int32Array, labels: ArrayLike<number>): Float64Array {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  return Float64Array.from(rows, (row) => 1 / (counts.size * counts.get(labels[row])!));
}

/**
 * |mean_a - mean_b|^2 + tr(A + B - 2 (A B)^(1/2)) of two sets' means and covariances.
 *
 * tr (A B)^(1/2) = tr (A^(1/2) B A^(1/2))^(1/2), and that product is symmetric, so its eigenvalues are real and not
 * negative: no complex root has to be rounded away. Where B = R^T R for few rows R, they are those of the smaller
 * R A R^T, and zeros.
 * @example
 * const { features } = judge.judge(images);
 * cfg.frechetDistance(cfg.momentsOf(features), cfg.momentsOf(features)) < 0.001 // true
 */
export function frechetDistance(a: Moments, b: Moments): number {
  if (a.mean.length !== b.mean.length)
    throw new RangeError(
      `the features have the lengths ${a.mean.length} and ${b.mean.length}; they must be equal.`,
    );
  const between = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]) ** 2, 0);
  const product = b.rows ? sandwich(b.rows, a.covariance) : sandwich(squareRoot(a.covariance), b.covariance);
  const eigenvalues = new EigenvalueDecomposition(product, { assumeSymmetric: true }).realEigenvalues;
  const traceOfRoot = eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return Math.max(0, between + a.covariance.trace() + b.covariance.trace() - 2 * traceOfRoot);
}

/** L M L^T. */
const sandwich = (outer: Matrix, inner: Matrix): Matrix => outer.mmul(inner).mmul(outer.transpose());

const roots = new WeakMap<Matrix, Matrix>();

/** The symmetric square root of a covariance, computed once for each. */
function squareRoot(covariance: Matrix): Matrix {
  const earlier = roots.get(covariance);
  if (earlier) return earlier;
  const { eigenvectorMatrix: vectors, realEigenvalues } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const scaled = vectors.clone();
  realEigenvalues.forEach((value, column) => scaled.mulColumn(column, Math.sqrt(Math.max(0, value))));
  const root = scaled.mmul(vectors.transpose());
  roots.set(covariance, root);
  return root;
}
