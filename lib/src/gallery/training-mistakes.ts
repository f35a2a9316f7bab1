/** Three trainings with one mistake each, in the way a batch is drawn. `npm run gallery` trains with them. */
import { noisyBatch } from "../training/batch";
import type { DrawBatch } from "../training/train";
import { uniform } from "../random";

/** Keeps the coin of {@link dropWholeBatches} apart from a step's other random numbers. */
const COIN_KEY = 4;

// BEGIN null-as-zero
/** Label 0 is "none" in many a library, and here it is a digit. */
export const dropToZero: DrawBatch = (images, options) => noisyBatch(images, { ...options, nullLabel: 0 });
// END null-as-zero

// BEGIN dropout-per-batch
/** One coin for the whole batch, in place of one for each label. */
export const dropWholeBatches: DrawBatch = (images, options) => {
  const { labelDropout, seed, step } = options;
  const [coin] = uniform(1, seed, COIN_KEY, step);
  return noisyBatch(images, { ...options, labelDropout: coin < labelDropout ? 1 : 0 });
};
// END dropout-per-batch

// BEGIN zero-to-one
/** Pixels from 0 to 1, as most image loaders give them; all the rest of the code means -1 to 1. */
export const zeroToOne: DrawBatch = ({ images, labels }, options) =>
  noisyBatch({ images: images.map((pixel) => (pixel + 1) / 2), labels }, options);
// END zero-to-one

/** The trainings whose weights ship, by the end of their names. */
export const TRAINING_MISTAKES: Record<string, DrawBatch> = {
  "null-as-zero": dropToZero,
  "dropout-per-batch": dropWholeBatches,
  "zero-to-one": zeroToOne,
};
