/** Images in a row, one after the other: taken apart, chosen, and put together again. */
import { PIXELS } from "./digits";
import { checkInteger } from "./validate";

/** Options of {@link separateImages}. */
export interface SeparateImagesOptions {
  /** Numbers in an image: those of a digit by default. */
  pixels?: number;
}

/**
 * The images one by one, to choose some, to count or to measure each; {@link stackRows} puts them together again.
 * @param images pixels of n images, [n, height, width, channels] flattened
 * @returns n parts that share the numbers of `images`
 * @throws RangeError when the numbers make no whole images
 * @example
 * cfg.separateImages(images).length // 10
 */
export function separateImages(
  images: Float32Array,
  { pixels = PIXELS }: SeparateImagesOptions = {},
): Float32Array[] {
  checkInteger("pixels", pixels, 1, Infinity);
  const count = images.length / pixels;
  if (!Number.isInteger(count))
    throw new RangeError(
      `images holds ${images.length} numbers; it must be a multiple of the ${pixels} in an image.`,
    );
  return Array.from({ length: count }, (_, i) => images.subarray(i * pixels, (i + 1) * pixels));
}

/**
 * All numbers of the parts in a row: pictures of several runs become those of one grid.
 * @param parts pixels of some images each, [n, height, width, channels] flattened
 * @returns the pixels of all, in order
 * @example
 * cfg.stackRows([Float32Array.of(1, 2), Float32Array.of(3)]) // [1, 2, 3]
 */
export function stackRows(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

/**
 * The pixels of some images, in the order asked for.
 * @param images pixels of n images, [n, 32, 32] flattened
 * @param indices which of them, from 0
 * @throws RangeError when there is no such image, or the pixels are not those of whole images
 * @example
 * const { images } = cfg.sampleAll(model, { labels: [3, 8, 5], sampler: cfg.dpmSolver, steps: 4 });
 * cfg.pickImages(images, [2, 0]).length // 2048
 */
export function pickImages(images: Float32Array, indices: ArrayLike<number>): Float32Array {
  const all = separateImages(images);
  const some = Array.from(indices, (index) => {
    checkInteger("index", index, 0, all.length - 1);
    return all[index];
  });
  return stackRows(some);
}
