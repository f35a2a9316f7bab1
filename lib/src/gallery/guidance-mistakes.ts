/** Three rules that are almost `guide`: each takes the predictions without and with the label, u and c, and w. */
import * as tf from "@tensorflow/tfjs-core";
import { guide, scalePerImage } from "../guidance/plain";
import type { Combine } from "../guidance/rule";

// BEGIN sign
/** Minus where plus belongs: each step goes away from the label. */
export const wrongSign: Combine = (u, c, { guidanceScale }) => {
  const w = scalePerImage(guidanceScale, u.shape[0]);
  return tf.sub(u, tf.mul(w, tf.sub(c, u)));
};
// END sign

// BEGIN halves
/** One batch of both, taken apart in the other order than it was put together. */
export const halvesSwapped: Combine = (u, c, { guidanceScale }) => {
  const both = tf.concat([u, c]); // [2n, height, width, channels], as the network returns it
  const [withLabel, without] = tf.split<tf.Tensor4D>(both, 2);
  return guide(without, withLabel, guidanceScale);
};
// END halves

// BEGIN paper-scale
/** Ho and Salimans' formula, (1 + w) c - w u, called with this course's w. */
export const paperScale: Combine = (u, c, { guidanceScale }) => {
  const w = scalePerImage(guidanceScale, u.shape[0]);
  return tf.sub(tf.mul(c, tf.add(w, 1)), tf.mul(u, w));
};
// END paper-scale
