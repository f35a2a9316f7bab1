/**
 * Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): two predictions, of the noise or of v, become one.
 *
 * The guidance scale w of this course: w = 0 is the unconditional prediction, w = 1 the conditional one, and w > 1 goes
 * past it, away from the unconditional one. Ho and Salimans count from the conditional prediction instead: their scale
 * is w - 1 (their equation 6).
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber, checkShape } from "../validate";
import type { OnePredictionRule } from "./rule";

/**
 * eps = epsU + w (epsC - epsU).
 * @example
 * const [epsU, epsC] = [tf.tensor4d([0.5], [1, 1, 1, 1]), tf.tensor4d([0.6], [1, 1, 1, 1])];
 * cfg.guide(epsU, epsC, 2).dataSync() // [0.70]
 * @param epsU predictions without a label, [n, height, width, channels]
 * @param epsC predictions with a label, the same shape
 * @param guidanceScale w: one number, or one for each image
 */
export function guide(
  epsU: tf.Tensor4D,
  epsC: tf.Tensor4D,
  guidanceScale: number | readonly number[],
): tf.Tensor4D {
  checkShape("epsC", epsC.shape, epsU.shape);
  for (const w of [guidanceScale].flat()) checkNumber("guidanceScale", w);
  return tf.tidy(() => tf.add(epsU, tf.mul(scalePerImage(guidanceScale, epsU.shape[0]), tf.sub(epsC, epsU))));
}

/** w as a factor of images: one number for all, or one for each as a tensor [n, 1, 1, 1]. */
export function scalePerImage(guidanceScale: number | readonly number[], images: number): tf.Tensor {
  if (typeof guidanceScale === "number") return tf.scalar(guidanceScale);
  checkShape("guidanceScale", [guidanceScale.length], [images]);
  const [first] = guidanceScale;
  if (guidanceScale.every((w) => w === first)) return tf.scalar(first);
  return tf.tensor4d([...guidanceScale], [images, 1, 1, 1]); // [n] -> [n, 1, 1, 1]
}

/** Plain guidance as a rule, sampling's default: where w is 0 or 1, one pass is the whole answer. */
export const plain: OnePredictionRule = {
  name: "plain",
  onePassAt: [0, 1],
  combine: (u, c, { guidanceScale }) => guide(u, c, guidanceScale),
};

/**
 * The guidance scale of Ho and Salimans' paper (0 is conditional) in this course's convention (1 is conditional).
 * @example
 * cfg.fromHoSalimans(3) // 4
 */
export function fromHoSalimans(paperScale: number): number {
  checkNumber("paperScale", paperScale);
  return paperScale + 1;
}

/**
 * This course's guidance scale (1 is conditional) in the convention of Ho and Salimans' paper (0 is conditional).
 * @example
 * cfg.toHoSalimans(4) // 3
 */
export function toHoSalimans(guidanceScale: number): number {
  checkNumber("guidanceScale", guidanceScale);
  return guidanceScale - 1;
}
