/** Rescaled guidance (Lin et al., arXiv 2305.08891, section 3.4): against the pale or burnt pictures of a large scale. */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber } from "../validate";
import { guide } from "./plain";
import type { OnePredictionRule } from "./rule";

/**
 * phi std(c) / std(guided) guided + (1 - phi) guided, with the standard deviation of each image (equations 15 and 16):
 * guidance enlarges a prediction, and this gives it back the size of the conditional one.
 * @param guided the prediction after guidance, noise or v [n, height, width, channels]
 * @param c the conditional prediction, the same shape
 * @param phi how much of it, 0..1
 */
export function rescale(guided: tf.Tensor4D, c: tf.Tensor4D, phi: number): tf.Tensor4D {
  checkNumber("phi", phi, 0, 1);
  return tf.tidy(() => {
    const std = (x: tf.Tensor4D): tf.Tensor => tf.sqrt(tf.moments(x, [1, 2, 3], true).variance); // [n, 1, 1, 1]
    const factor = tf.add(tf.mul(tf.div(std(c), std(guided)), phi), 1 - phi);
    return tf.mul(guided, factor);
  });
}

/**
 * The rule; the paper's scale is this course's w, its phi is 0.7. Works on the network's output, noise or v.
 * @example
 * const rule = cfg.rescaled({ phi: 0.7 });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 4, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function rescaled({ phi = 0.7 }: { phi?: number } = {}): OnePredictionRule {
  checkNumber("phi", phi, 0, 1);
  return {
    name: `rescaled, phi ${phi}`,
    onePassAt: [1],
    combine: (u, c, { guidanceScale }) => rescale(guide(u, c, guidanceScale), c, phi),
  };
}
