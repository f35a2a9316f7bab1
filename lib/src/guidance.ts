/**
 * Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): two predictions of the noise become one.
 *
 * The guidance scale w of this course: w = 0 is the unconditional prediction, w = 1 the conditional one, and w > 1 goes
 * past it, away from the unconditional one. Ho and Salimans count from the conditional prediction instead: their scale
 * is w - 1 (their equation 6).
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber, checkShape } from "./validate";

/**
 * eps = epsU + w (epsC - epsU).
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
  const w = scaleTensor(guidanceScale, epsU.shape[0]);
  return tf.tidy(() => tf.add(epsU, tf.mul(w, tf.sub(epsC, epsU))));
}

function scaleTensor(guidanceScale: number | readonly number[], images: number): number | tf.Tensor4D {
  for (const w of [guidanceScale].flat()) checkNumber("guidanceScale", w);
  if (typeof guidanceScale === "number") return guidanceScale;
  checkShape("guidanceScale", [guidanceScale.length], [images]);
  return tf.tensor4d([...guidanceScale], [images, 1, 1, 1]); // [n] -> [n, 1, 1, 1]
}

/** The guidance scale of Ho and Salimans' paper (0 is conditional) in this course's convention (1 is conditional). */
export function fromHoSalimans(paperScale: number): number {
  checkNumber("paperScale", paperScale);
  return paperScale + 1;
}

/** This course's guidance scale (1 is conditional) in the convention of Ho and Salimans' paper (0 is conditional). */
export function toHoSalimans(guidanceScale: number): number {
  checkNumber("guidanceScale", guidanceScale);
  return guidanceScale - 1;
}
