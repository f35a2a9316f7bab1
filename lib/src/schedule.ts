/**
 * The noise schedule of Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv 2006.11239), section 2:
 * how much noise each timestep adds, and the closed form of x_t.
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkInteger, checkNumber, checkShape } from "./validate";
import { weightedSum } from "./weighted-sum";

/** A schedule is its arrays: index t runs from 0 (almost clean) to timesteps - 1 (almost noise). */
export interface Schedule {
  /** How many timesteps there are. */
  timesteps: number;
  /** Variance of the noise that step t adds, beta_t. */
  betas: Float32Array;
  /** alpha_t = 1 - beta_t. */
  alphas: Float32Array;
  /** alphaBar_t = alpha_0 alpha_1 ... alpha_t: the share of the image's variance that is left at t. */
  alphaBars: Float32Array;
}

/** How many timesteps a schedule may have: a hundred times the usual thousand. More would only take memory. */
export const MOST_TIMESTEPS = 100_000;

/** Options of {@link linearSchedule}. */
export interface LinearScheduleOptions {
  /** Number of timesteps, 2 to `MOST_TIMESTEPS`. */
  timesteps?: number;
  /** beta at t = 0, in (0, 1). */
  betaStart?: number;
  /** beta at the last timestep, in (0, 1). */
  betaEnd?: number;
}

/**
 * Linear betas, from `betaStart` to `betaEnd` inclusive (arXiv 2006.11239, section 4).
 * @throws RangeError when a number is out of its range.
 * @example
 * cfg.linearSchedule({ timesteps: 300 }).alphaBars[299] // 0.0481
 */
export function linearSchedule({
  timesteps = 300,
  betaStart = 1e-4,
  betaEnd = 0.02,
}: LinearScheduleOptions = {}): Schedule {
  checkInteger("timesteps", timesteps, 2, MOST_TIMESTEPS);
  checkNumber("betaStart", betaStart, Number.MIN_VALUE, 1 - Number.EPSILON);
  checkNumber("betaEnd", betaEnd, Number.MIN_VALUE, 1 - Number.EPSILON);
  const step = (betaEnd - betaStart) / (timesteps - 1);
  return scheduleFromBetas(Float32Array.from({ length: timesteps }, (_, t) => betaStart + step * t));
}

/** The alphas and alpha bars that belong to given betas. */
export function scheduleFromBetas(betas: Float32Array): Schedule {
  const alphas = betas.map((beta) => 1 - beta);
  const alphaBars = new Float32Array(betas.length);
  let product = 1;
  for (let t = 0; t < betas.length; t++) {
    product *= alphas[t];
    alphaBars[t] = product;
  }
  return { timesteps: betas.length, betas, alphas, alphaBars };
}

/**
 * Linear betas rescaled so that the last timestep is pure noise, alphaBar = 0 (Lin et al., "Common Diffusion Noise
 * Schedules and Sample Steps are Flawed", arXiv 2305.08891, algorithm 1): sqrt(alphaBar) is shifted so that it ends at
 * zero, and stretched so that it starts where it did.
 * @throws RangeError when a number is out of its range.
 * @example
 * cfg.zeroTerminalSnrSchedule().alphaBars[299] // 0
 */
export function zeroTerminalSnrSchedule(options: LinearScheduleOptions = {}): Schedule {
  const roots = Array.from(linearSchedule(options).alphaBars, Math.sqrt);
  const [first, last] = [roots[0], roots[roots.length - 1]];
  return scheduleFromAlphaBars(roots.map((root) => (((root - last) * first) / (first - last)) ** 2));
}

/** The schedule with given alpha bars, which fall from almost 1 to almost or just 0. */
export function scheduleFromAlphaBars(values: readonly number[]): Schedule {
  const alphas = Float32Array.from(values, (alphaBar, t) => alphaBar / (t > 0 ? values[t - 1] : 1));
  return {
    timesteps: values.length,
    betas: alphas.map((alpha) => 1 - alpha),
    alphas,
    alphaBars: Float32Array.from(values),
  };
}

/**
 * `steps` timesteps from the last one down, evenly spaced ("trailing": arXiv 2305.08891, section 3.3). With 300 of 300
 * these are 299, 298, ..., 0; with 60 of 300 they are 299, 294, ..., 4.
 * @throws RangeError unless 1 <= steps <= the schedule's timesteps
 * @example
 * cfg.trailingTimesteps(cfg.linearSchedule(), 4) // [299, 224, 149, 74]
 */
export function trailingTimesteps({ timesteps }: Schedule, steps: number): number[] {
  checkInteger("steps", steps, 1, timesteps);
  return Array.from({ length: steps }, (_, i) => Math.round(timesteps - (i * timesteps) / steps) - 1);
}

/** Throws unless every t is a timestep of the schedule: a whole number from 0 to timesteps - 1. */
export function checkTimesteps(schedule: Schedule, timesteps: ArrayLike<number>): void {
  for (let i = 0; i < timesteps.length; i++)
    checkInteger("timestep t", timesteps[i], 0, schedule.timesteps - 1);
}

/** Throws where alphaBar is 0: no clean image follows from a prediction of the noise in x_t, which is all noise there. */
export function checkHoldsImage(alphaBar: number, t?: number): void {
  if (alphaBar !== 0) return;
  throw new RangeError(
    `alphaBar is 0 at ${t === undefined ? "this timestep" : `timestep ${t}`}: x_t is all noise, and no image follows from ` +
      "a prediction of the noise. Use a network that predicts v, or start below this timestep.",
  );
}

/** Looks up `values[t]` for each image and shapes f of it [n, 1, 1, 1], to be multiplied with images. */
export function perImage(
  values: Float32Array,
  timesteps: ArrayLike<number>,
  f: (value: number) => number,
): tf.Tensor4D {
  const n = timesteps.length;
  return tf.tensor4d(
    Float32Array.from({ length: n }, (_, i) => f(values[timesteps[i]])),
    [n, 1, 1, 1],
  );
}

/**
 * x_t = sqrt(alphaBar_t) x_0 + sqrt(1 - alphaBar_t) eps: any timestep in one jump (arXiv 2006.11239, equation 4).
 * @param x0 images [n, height, width, 1] in [-1, 1]
 * @param timesteps n timesteps
 * @param noise standard normal noise, the shape of x0
 * @example
 * const [x0, noise] = [tf.ones<tf.Rank.R4>([1, 32, 32, 1]), tf.zeros<tf.Rank.R4>([1, 32, 32, 1])];
 * cfg.addNoise(cfg.linearSchedule(), x0, [299], noise).dataSync()[0] // 0.219
 */
export function addNoise(
  schedule: Schedule,
  x0: tf.Tensor4D,
  timesteps: ArrayLike<number>,
  noise: tf.Tensor4D,
): tf.Tensor4D {
  checkShape("timesteps", [timesteps.length], [x0.shape[0]]);
  checkShape("noise", noise.shape, x0.shape);
  checkTimesteps(schedule, timesteps);
  return tf.tidy(() => {
    const a = perImage(schedule.alphaBars, timesteps, Math.sqrt);
    const s = perImage(schedule.alphaBars, timesteps, (alphaBar) => Math.sqrt(1 - alphaBar));
    return weightedSum(a, x0, s, noise);
  });
}

/**
 * The clean image that a predicted noise implies: x_0 = (x_t - sqrt(1 - alphaBar_t) eps) / sqrt(alphaBar_t), the
 * closed form of {@link addNoise} solved for x_0 (arXiv 2006.11239, equation 15).
 * @param xt noisy images [n, height, width, 1], all at timestep t
 * @throws RangeError where alphaBar is 0, or t is no timestep of the schedule
 * @example
 * const [xt, eps] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * cfg.predictX0(cfg.linearSchedule(), xt, 299, eps).dataSync()[0] // 4.56
 */
export function predictX0(schedule: Schedule, xt: tf.Tensor4D, t: number, noise: tf.Tensor4D): tf.Tensor4D {
  checkTimesteps(schedule, [t]);
  const alphaBar = schedule.alphaBars[t];
  checkHoldsImage(alphaBar, t);
  const [a, s] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
  return weightedSum(1 / a, xt, -s / a, noise);
}
