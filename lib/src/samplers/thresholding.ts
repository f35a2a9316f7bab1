/** Ways to keep the predicted clean image in the range that images have. */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber, checkPositive } from "../validate";

/** Changes the predicted clean images [n, height, width, channels]; the noise is then derived from them again. */
export type Threshold = (x0: tf.Tensor4D) => tf.Tensor4D;

/**
 * Cuts every pixel to [-limit, limit].
 * @example
 * const threshold = cfg.clipX0();
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 8, threshold, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function clipX0({ limit = 1 }: { limit?: number } = {}): Threshold {
  checkPositive("limit", limit);
  return (x0) => tf.clipByValue(x0, -limit, limit);
}

/**
 * Dynamic thresholding (Saharia et al., "Imagen", arXiv 2205.11487, section 2.3): for each image s is the `ratio`
 * quantile of |x_0|, kept within [1, max]; the image is cut to [-s, s] and divided by s.
 * @example
 * const threshold = cfg.dynamicThreshold({ ratio: 0.95, max: 3 });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 8, threshold, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function dynamicThreshold({
  ratio = 0.995,
  max = Infinity,
}: { ratio?: number; max?: number } = {}): Threshold {
  checkNumber("ratio", ratio, 0, 1);
  if (!(max >= 1)) throw new RangeError(`max is ${max}; it must be a number of at least 1.`);
  return (x0) =>
    tf.tidy(() => {
      const [n, ...image] = x0.shape;
      const size = image.reduce((a, b) => a * b, 1);
      const place = ratio * (size - 1); // between two sorted values, as numpy and PyTorch interpolate
      const below = Math.floor(place);
      const magnitudes = tf.reshape(tf.abs(x0), [n, size]); // [n, h, w, c] -> [n, h w c]
      const { values } = tf.topk(magnitudes, size - below); // falling: the last one is the one below
      const lower = tf.slice(values, [0, size - below - 1], [n, 1]);
      const upper = tf.slice(values, [0, Math.max(0, size - below - 2)], [n, 1]);
      const quantile = tf.add(lower, tf.mul(tf.sub(upper, lower), place - below));
      const s = tf.reshape(tf.clipByValue(quantile, 1, max), [n, 1, 1, 1]); // [n, 1] -> [n, 1, 1, 1]
      return tf.div<tf.Tensor4D>(tf.minimum(tf.maximum(x0, tf.neg(s)), s), s);
    });
}
