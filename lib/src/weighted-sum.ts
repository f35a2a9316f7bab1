/** The one operation of which the equations of diffusion are made. */
import * as tf from "@tensorflow/tfjs-core";

/** A factor: one number for all images, or one for each, [n, 1, 1, 1]. */
export type Weight = number | tf.Tensor;

/**
 * a x + b y.
 * @param a a number, or a tensor [n, 1, 1, 1] with one for each image; b too
 * @param x [n, height, width, channels], and y of the same shape
 * @example
 * const [x0, eps] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * cfg.weightedSum(0.6, x0, 0.8, eps).dataSync()[0] // 0.6
 */
export function weightedSum(a: Weight, x: tf.Tensor4D, b: Weight, y: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.add(tf.mul(x, a), tf.mul(y, b)));
}
