/** What one training step sees: noisy images, their timesteps, and labels of which some are dropped. */
import * as tf from "@tensorflow/tfjs-core";
import { normal, uniform, uniformIntegers } from "../random";
import { type Predicts, trainingTarget } from "../prediction";
import { addNoise, type Schedule } from "../schedule";
import { checkLabels, checkShape } from "../validate";
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
  /** Spreads the batch's timesteps evenly over the schedule ({@link spreadTimesteps}) instead of drawing each by itself. */
  spread?: boolean;
  /** The random numbers come from (seed, step): a resumed run draws the same. */
  seed: number;
  step: number;
}

/** One batch, ready for {@link Trainer.lossAndGradients}. The caller disposes of its tensors. */
export interface NoisyBatch {
  /** x_t [n, 32, 32, 1]. */
  xt: tf.Tensor4D;
  /** [n], each uniform over the schedule. */
  timesteps: Int32Array;
  /** [n], int32, after label dropout. */
  labels: tf.Tensor1D;
  /** The noise in xt [n, 32, 32, 1]. */
  noise: tf.Tensor4D;
  /** What the network is to predict: the noise, or v [n, 32, 32, 1]. */
  target: tf.Tensor4D;
}

/** Keys that keep a step's random numbers apart. */
const [NOISE_KEY, TIMESTEP_KEY, DROPOUT_KEY] = [1, 2, 3];

/** Draws noise, timesteps and label dropout for a batch (DDPM's algorithm 1, with arXiv 2207.12598's dropout). */
export function noisyBatch({ images, labels }: LabelledImages, options: NoisyBatchOptions): NoisyBatch {
  const { schedule, predicts = "noise", labelDropout, nullLabel, spread = false, seed, step } = options;
  const n = labels.length;
  checkLabels("labels", labels, null);
  checkShape("images", [images.length], [n * 32 * 32]);
  const drawTimesteps = spread ? spreadTimesteps : uniformIntegers;
  const timesteps = drawTimesteps(n, schedule.timesteps, seed, TIMESTEP_KEY, step);
  const noise = tf.tensor4d(normal(images.length, seed, NOISE_KEY, step), [n, 32, 32, 1]);
  const { xt, target, kept } = tf.tidy(() => {
    const x0 = tf.tensor4d(images, [n, 32, 32, 1]);
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
