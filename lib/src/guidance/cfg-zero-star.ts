/** CFG-Zero* (Fan et al., "CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models", arXiv 2503.18886). */
import * as tf from "@tensorflow/tfjs-core";
import { checkInteger, checkShape } from "../validate";
import { scalePerImage } from "./plain";
import type { OnePredictionRule } from "./rule";

/**
 * s = <c, u> / <u, u> for each image: how much of the unconditional prediction lies in the conditional one (the paper's
 * optimized scale).
 * @returns [n, 1, 1, 1]
 */
export function zeroStarFactor(u: tf.Tensor4D, c: tf.Tensor4D): tf.Tensor {
  checkShape("c", c.shape, u.shape);
  return tf.tidy(() => {
    const dot = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor => tf.sum(tf.mul(a, b), [1, 2, 3], true);
    return tf.div(dot(c, u), tf.add(dot(u, u), 1e-8)); // an all-zero u has no direction: s = 0
  });
}

/**
 * The rule s u + w (c - s u); the paper's scale is this course's w. Works on the network's output.
 *
 * Its second part, zero-init, sets the velocity to zero in the first steps. A velocity is what v is: along the path
 * x = cos(phi) x_0 + sin(phi) eps, dx / dphi = v. For a network that predicts noise it is refused.
 * @example
 * const rule = cfg.cfgZeroStar({ zeroInitSteps: 1 });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 2, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function cfgZeroStar({ zeroInitSteps = 0 }: { zeroInitSteps?: number } = {}): OnePredictionRule {
  checkInteger("zeroInitSteps", zeroInitSteps, 0, Infinity);
  return {
    name: zeroInitSteps > 0 ? `CFG-Zero*, ${zeroInitSteps} zero steps` : "CFG-Zero*",
    onePassAt: zeroInitSteps > 0 ? [] : [1],
    combine(u, c, { guidanceScale, step, predicts }) {
      if (step <= zeroInitSteps) {
        if (predicts !== "v")
          throw new RangeError(
            "CFG-Zero*'s zero-init sets a velocity to zero, and this network predicts noise; " +
              "use weights that predict v, or zeroInitSteps = 0.",
          );
        return tf.zerosLike(c);
      }
      const scaled = tf.mul<tf.Tensor4D>(zeroStarFactor(u, c), u);
      return tf.add(scaled, tf.mul(scalePerImage(guidanceScale, u.shape[0]), tf.sub(c, scaled)));
    },
  };
}
