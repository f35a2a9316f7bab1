/**
 * Adaptive projected guidance (Sadat et al., "Eliminating Oversaturation and Artifacts of High Guidance Scales in
 * Diffusion Models", arXiv 2410.02416): the part of the guidance that only enlarges the prediction is taken out, what is
 * left is capped, and a negative momentum keeps it from repeating itself.
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber } from "../validate";
import { scalePerImage } from "./plain";
import type { OnePredictionRule } from "./rule";

/** Options of `apgUpdate` and {@link apg}. */
export interface ApgOptions {
  /** Share of the part parallel to the conditional prediction that stays, 1 for all of it. */
  eta?: number;
  /** Largest L2 norm of the update of an image; no limit by default. */
  normThreshold?: number;
  /** Share of the last step's update that is added; the authors use negative ones. */
  momentum?: number;
}

/**
 * The direction of guidance: c - u, plus momentum times the last one; capped; projected.
 * @param previous the running average of the last step; undefined in the first one
 * @returns the update, and the running average for the next step
 */
export function apgUpdate(
  u: tf.Tensor4D,
  c: tf.Tensor4D,
  previous: tf.Tensor4D | undefined,
  { eta = 0, normThreshold = Infinity, momentum = 0 }: ApgOptions,
): { update: tf.Tensor4D; average: tf.Tensor4D } {
  return tf.tidy(() => {
    const difference = tf.sub<tf.Tensor4D>(c, u);
    const average = previous ? tf.add<tf.Tensor4D>(difference, tf.mul(previous, momentum)) : difference;
    const capped =
      normThreshold === Infinity
        ? average
        : tf.mul<tf.Tensor4D>(average, tf.minimum(tf.div(normThreshold, norm(average)), 1));
    const unit = tf.div(c, norm(c));
    const parallel = tf.mul(tf.sum(tf.mul(capped, unit), [1, 2, 3], true), unit); // [n, 1, 1, 1] times [n, h, w, ch]
    const orthogonal = tf.sub<tf.Tensor4D>(capped, parallel);
    return { update: tf.add<tf.Tensor4D>(orthogonal, tf.mul(parallel, eta)), average: tf.clone(average) };
  });
}

/** L2 norm of each image [n, 1, 1, 1]. */
function norm(x: tf.Tensor4D): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(x), [1, 2, 3], true));
}

/**
 * The rule c + (w - 1) update; the paper's scale is this course's w. With eta = 1, no momentum and no limit
 * it is plain guidance. The authors recommend x0 predictions: `inSpace("x0", apg())`.
 * @example
 * const rule = cfg.inSpace("x0", cfg.apg({ eta: 0, momentum: -0.5 }));
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 4, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function apg(options: ApgOptions = {}): OnePredictionRule {
  const { eta = 0, normThreshold = Infinity, momentum = 0 } = options;
  checkNumber("eta", eta, 0, 1);
  checkNumber("momentum", momentum, -1, 1);
  if (!(normThreshold > 0))
    throw new RangeError(`normThreshold is ${normThreshold}; it must be a number above 0, or Infinity.`);
  return {
    name: "APG",
    onePassAt: [1],
    combine(u, c, { guidanceScale, memory }) {
      const { update, average } = apgUpdate(u, c, memory.get("average"), { eta, normThreshold, momentum });
      if (momentum !== 0) memory.set("average", average);
      return tf.add(c, tf.mul(tf.sub(scalePerImage(guidanceScale, c.shape[0]), 1), update));
    },
  };
}
