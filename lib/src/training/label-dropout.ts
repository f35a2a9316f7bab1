/** Label dropout: the one change in training that classifier-free guidance needs (arXiv 2207.12598, algorithm 1). */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber, checkShape } from "../validate";

/**
 * Replaces a share of the labels by the null label, each independently of the others.
 * @param labels [n], int32
 * @param draws [n], uniform in [0, 1): a label is dropped where its draw lies below the rate
 * @param labelDropout the rate, 0..1
 * @returns [n], int32
 * @example
 * const [labels, draws] = [tf.tensor1d([3, 8], "int32"), tf.tensor1d([0.05, 0.6])];
 * cfg.dropLabels(labels, draws, 0.1, cfg.NULL_LABEL).dataSync() // [10, 8]
 */
export function dropLabels(
  labels: tf.Tensor1D,
  draws: tf.Tensor1D,
  labelDropout: number,
  nullLabel: number,
): tf.Tensor1D {
  checkNumber("labelDropout", labelDropout, 0, 1);
  checkShape("draws", draws.shape, labels.shape);
  return tf.tidy(() =>
    tf.where(tf.less(draws, labelDropout), tf.fill(labels.shape, nullLabel, "int32"), labels),
  );
}
