/** What one training step sees: noisy images, their timesteps, and labels of which some are dropped. */
import * as tf from "@tensorflow/tfjs-core";
import { IMAGE_SHAPE, PIXELS } from "../digits";
import { type Predicts, trainingTarget } from "../prediction";
import { normal, normalQuantile, uniform, uniformIntegers } from "../random";
import type { LogitNormal } from "../recipe";
import { addNoise, type Schedule } from "../schedule";
import { checkInteger, checkLabels, checkNumber, checkPositive, checkShape } from "../validate";
import { dropLabels } from "./label-dropout";

/** Images with labels, as a loader gives them. */
export interface LabelledImages {
  /** [n, 32, 32, 1] flattened, in [-1, 1]. */
  images: Float32Array;
  /** [n] digits 0..9. */
  labels: ArrayLike<number>;
}

/** Options of {@link noisyBatch}. */
export interface NoisyBatchOptions {
  schedule: Schedule;
  /** What the network is to predict: the noise by default. */
  predicts?: Predicts;
  /** Share of the labels that is replaced by the null label, 0..1. */
  labelDropout: number;
  nullLabel: number;
  /**
   * Spreads the batch's timesteps evenly over the schedule (`spreadTimesteps`) instead of drawing each by itself; with
   * `logitNormal`, evenly over its distribution.
   */
  spread?: boolean;
  /** Draws timesteps more often from the middle of the schedule ({@link logitNormalTimesteps}). */
  logitNormal?: LogitNormal;
  /** How many noisy versions of each image there are, each with its own timestep and noise: 1 to 1000, 1 by default. */
  noisesPerImage?: number;
  /** The random numbers come from (seed, step): a resumed run draws the same. */
  seed: number;
  step: number;
}

/** One batch of n = images x noisesPerImage, ready for {@link denoisingLoss}. The caller disposes of its tensors. */
export interface NoisyBatch {
  /** x_t [n, 32, 32, 1]. */
  xt: tf.Tensor4D;
  /** [n], uniform over the schedule unless `logitNormal` is given. */
  timesteps: Int32Array;
  /** [n], int32, after label dropout. */
  labels: tf.Tensor1D;
  /** The noise in xt [n, 32, 32, 1]. */
  noise: tf.Tensor4D;
  /** What the network is to predict: the noise, or v [n, 32, 32, 1]. */
  target: tf.Tensor4D;
  /** [n], where a guided network is trained: w, of which the target is the guided prediction. */
  guidanceScale?: readonly number[];
}

/** Keys that keep a step's random numbers apart. */
const [NOISE_KEY, TIMESTEP_KEY, DROPOUT_KEY] = [1, 2, 3];

/**
 * Draws noise, timesteps and label dropout for a batch (DDPM's algorithm 1, with arXiv 2207.12598's dropout).
 * @throws RangeError on options out of range
 * @example
 * const options = { schedule: model.schedule, labelDropout: 0.1, nullLabel: cfg.NULL_LABEL, seed: 0, step: 0 };
 * cfg.noisyBatch(pick(mnist, [0, 1]), options).xt.shape // [2, 32, 32, 1]
 */
export function noisyBatch(given: LabelledImages, options: NoisyBatchOptions): NoisyBatch {
  const { schedule, predicts = "noise", labelDropout, nullLabel, noisesPerImage = 1, seed, step } = options;
  checkLabels("labels", given.labels, null);
  checkShape("images", [given.images.length], [given.labels.length * PIXELS]);
  const { images, labels } = repeat(given, noisesPerImage);
  const n = labels.length;
  const timesteps = drawTimesteps(n, options);
  const noise = tf.tensor4d(normal(images.length, seed, NOISE_KEY, step), [n, ...IMAGE_SHAPE]);
  const { xt, target, kept } = tf.tidy(() => {
    const x0 = tf.tensor4d(images, [n, ...IMAGE_SHAPE]);
    const draws = tf.tensor1d(uniform(n, seed, DROPOUT_KEY, step));
    const original = tf.tensor1d(Array.from(labels), "int32");
    return {
      xt: addNoise(schedule, x0, timesteps, noise),
      target: trainingTarget(predicts, schedule, x0, timesteps, noise),
      kept: dropLabels(original, draws, labelDropout, nullLabel),
    };
  });
  return { xt, timesteps, labels: kept, noise, target };
}

/** Each image and its label `times` times in a row. */
function repeat(given: LabelledImages, times: number): LabelledImages {
  checkInteger("noisesPerImage", times, 1, 1000);
  if (times === 1) return given;
  const n = given.labels.length * times;
  const images = new Float32Array(n * PIXELS);
  for (let row = 0; row < n; row++) {
    const image = Math.floor(row / times);
    images.set(given.images.subarray(image * PIXELS, (image + 1) * PIXELS), row * PIXELS);
  }
  return { images, labels: Array.from({ length: n }, (_, row) => given.labels[Math.floor(row / times)]) };
}

function drawTimesteps(
  count: number,
  { schedule: { timesteps }, spread = false, logitNormal, seed, step }: NoisyBatchOptions,
): Int32Array {
  const key = [seed, TIMESTEP_KEY, step];
  if (!logitNormal) return (spread ? spreadTimesteps : uniformIntegers)(count, timesteps, ...key);
  if (!spread) return logitNormalTimesteps(count, timesteps, logitNormal, ...key);
  return fromNormals(spreadNormals(count, key), timesteps, logitNormal);
}

/** The parts that a share from 0 to 1 is told by, where normal numbers are spread evenly over their distribution. */
const FINE_PARTS = 2 ** 20;

/** `count` normal numbers, one in each of `count` parts of the distribution that are equally likely, in random order. */
function spreadNormals(count: number, key: number[]): Float64Array {
  return Float64Array.from(spreadTimesteps(count, FINE_PARTS, ...key), (part) =>
    normalQuantile((part + 0.5) / FINE_PARTS),
  );
}

/**
 * `count` timesteps, each uniform in 0..timesteps-1, but evenly spread together: one in each of `count` equal parts of
 * the schedule, in random order. The loss of a batch then varies less, and batch norm sees the same mixture of noise
 * levels in every batch (Kingma et al., "Variational Diffusion Models", arXiv 2107.00630, appendix I.1).
 */
export function spreadTimesteps(count: number, timesteps: number, ...key: number[]): Int32Array {
  const [offset, ...order] = uniform(count + 1, ...key);
  const parts = Array.from(order.keys()).sort((a, b) => order[a] - order[b]);
  return Int32Array.from(parts, (part) => Math.floor(((part + offset) / count) * timesteps));
}

/**
 * `count` timesteps, each floor(timesteps sigmoid(mean + std z)) with a normal z: those in the middle of the schedule come
 * more often than those at its ends (logit-normal sampling: Esser et al., "Scaling Rectified Flow Transformers for
 * High-Resolution Image Synthesis", arXiv 2403.03206, section 3.1). With the mean 0.4 and the std 0.9 half of them lie
 * between t = 134 and 219 of 300; the ends get almost nothing (t = 299 has a chance of 2e-9).
 * @throws RangeError unless the mean is finite and the std above 0
 * @example
 * cfg.logitNormalTimesteps(5, 300, { mean: 0.4, std: 0.9 }, 0).length // 5
 */
export function logitNormalTimesteps(
  count: number,
  timesteps: number,
  { mean, std }: LogitNormal,
  ...key: number[]
): Int32Array {
  return fromNormals(normal(count, ...key), timesteps, { mean, std });
}

/** floor(timesteps sigmoid(mean + std z)) for normal numbers z. */
function fromNormals(
  normals: Float32Array | Float64Array,
  timesteps: number,
  { mean, std }: LogitNormal,
): Int32Array {
  checkNumber("logitNormal.mean", mean);
  checkPositive("logitNormal.std", std);
  return Int32Array.from(normals, (z) => {
    const share = 1 / (1 + Math.exp(-(mean + std * z)));
    return Math.min(timesteps - 1, Math.floor(timesteps * share)); // for large logits the share rounds to 1
  });
}
