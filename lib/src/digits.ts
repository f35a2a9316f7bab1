/** The facts of the data that all rooms share: what a digit is, and how one asks for none. */

/** Height and width of an image, in pixels: MNIST's 28 with a margin, so that it halves three times. */
export const IMAGE_SIZE = 32;

/** Height, width and channels of an image. */
export const IMAGE_SHAPE: readonly [height: number, width: number, channels: number] = [
  IMAGE_SIZE,
  IMAGE_SIZE,
  1,
];

/** Numbers in an image. */
export const PIXELS: number = IMAGE_SIZE * IMAGE_SIZE;

/** How many digits there are: the labels 0 to 9. */
export const DIGIT_COUNT = 10;

/** The label that means "no label given". */
export const NULL_LABEL = 10;

/** Ten digits and the null label. */
export const LABEL_COUNT: number = DIGIT_COUNT + 1;
