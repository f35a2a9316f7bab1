/** Images one by one. */
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
