/** Some images of many. */
import { PIXELS } from "./digits";
import { stackRows } from "./stack-rows";
import { checkInteger } from "./validate";

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
  const n = images.length / PIXELS;
  if (!Number.isInteger(n))
    throw new RangeError(`images has ${images.length} numbers; it must be a multiple of ${PIXELS}.`);
  const parts = Array.from(indices, (index) => {
    checkInteger("index", index, 0, n - 1);
    return images.subarray(index * PIXELS, (index + 1) * PIXELS);
  });
  return stackRows(parts);
}
