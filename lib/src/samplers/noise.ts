/**
 * The noise of sampling, from a seed. Digit i of seed s starts from the same noise, and gets the same noise at timestep
 * t, whichever other digits are in the batch, whatever the label and the guidance scale: so pictures at two scales can
 * be compared digit by digit.
 */
import * as tf from "@tensorflow/tfjs-core";
import { fillNormal } from "../random";

/** Where a sampler takes its noise from: the start x_T (`t` null), or the noise added in the step at timestep t. */
export type NoiseSource = (t: number | null) => tf.Tensor4D;

/** Options of {@link seededNoise}. */
export interface SeededNoiseOptions {
  /** Whole number. */
  seed: number;
  /** For each image of the batch, the index of its noise: images with the same index get the same noise. */
  indices: readonly number[];
  /** Height, width and channels of an image. */
  imageShape: readonly [number, number, number];
}

/** Keys of the noise, apart from each other: the start noise has a key of its own. */
const START_KEY = -1;

/**
 * Noise [n, height, width, channels] from (seed, index, timestep).
 * @example
 * const noise = cfg.seededNoise({ seed: 1, indices: [0, 0], imageShape: [32, 32, 1] });
 * noise(null).shape // [2, 32, 32, 1]
 */
export function seededNoise({ seed, indices, imageShape }: SeededNoiseOptions): NoiseSource {
  const size = imageShape.reduce((a, b) => a * b, 1);
  return (t) => {
    const values = new Float32Array(indices.length * size);
    const images = new Map<number, Float32Array>();
    for (const [row, index] of indices.entries()) {
      const image = values.subarray(row * size, (row + 1) * size);
      const same = images.get(index);
      if (same) image.set(same);
      else images.set(index, fillNormal(image, seed, index, t ?? START_KEY));
    }
    return tf.tensor4d(values, [indices.length, ...imageShape]);
  };
}
