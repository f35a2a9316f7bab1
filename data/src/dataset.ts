import { toFloat } from "./scale";
import { checkInteger } from "./validate";

/** Images as bytes, and what they show. */
export interface Dataset {
  /** Grey values 0 (paper) to 255 (ink), [count, height, width]. */
  images: Uint8Array;
  /** One label an image, 0 to 9. */
  labels: Uint8Array;
  count: number;
  /** In pixels. */
  height: number;
  width: number;
}

/** A few images, ready for a network. */
export interface Samples {
  /** [n, height, width, 1] (NHWC), in [-1, 1]. */
  images: Float32Array;
  /** [n] */
  labels: Int32Array;
  /** [n]: where each one stands in the data set. */
  indices: Int32Array;
}

/**
 * The images with these numbers, in this order, as arrays for a network.
 * @throws RangeError if an index is not in the data set
 */
export function pick(dataset: Dataset, indices: ArrayLike<number>): Samples {
  const size = dataset.height * dataset.width;
  const bytes = new Uint8Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    checkInteger(`indices[${i}]`, index, 0, dataset.count - 1);
    bytes.set(dataset.images.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = dataset.labels[index];
  }
  return { images: toFloat(bytes), labels, indices: Int32Array.from(indices) };
}

/**
 * Where a label's images stand in the data set: all of them, or the first n.
 * @throws RangeError if the label is not 0 to 9, or there are fewer than n
 */
export function digitsOf(dataset: Dataset, label: number, n?: number): Int32Array {
  checkInteger("label", label, 0, 9);
  if (n !== undefined) checkInteger("n", n, 1);
  const found: number[] = [];
  for (let i = 0; i < dataset.count && found.length < (n ?? Infinity); i++) {
    if (dataset.labels[i] === label) found.push(i);
  }
  if (n !== undefined && found.length < n) {
    throw new RangeError(`n is ${n}; the data set holds only ${found.length} images with the label ${label}`);
  }
  return Int32Array.from(found);
}
