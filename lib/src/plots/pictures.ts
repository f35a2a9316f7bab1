/** Digits in the forms in which cells have them. */
import { checkShape, shown } from "../validate";
import type { Picture } from "./atlas";

/** Digits one after the other, as a tensor's `dataSync()` gives them: numbers in `range`, or bytes. */
type Pixels = Exclude<Picture, null | readonly number[]>;

/** Digits with their shape, such as the samples that `sample` returns: [n, size, size, 1]; or without it, as a loader gives them. */
export interface PicturesWithShape {
  images: Pixels;
  shape?: readonly number[];
}

/** Digits as {@link digitGrid} takes them: all in one array, with or without their shape, or an array, or `null`, for each. */
export type Pictures = Pixels | PicturesWithShape | readonly Picture[];

/** The pixels of digits that may come with their shape, and the size that it says. */
export function pixelsOf(given: Pictures): { images: Pixels | readonly Picture[]; shapeSize?: number } {
  if (isPixels(given) || isList(given)) return { images: given };
  // Without types a cell may give anything.
  const { images, shape } = (given as Partial<PicturesWithShape> | null | undefined) ?? {};
  if (!isPixels(images))
    throw new TypeError(
      "digitGrid takes what sample returns, an array of pixels (a tensor's dataSync()) or a list of such arrays; " +
        `it was given ${describe(given)}.`,
    );
  if (!shape) return { images };
  const shapeSize = shape[1];
  checkShape("images", shape, [images.length / shapeSize ** 2, shapeSize, shapeSize, 1]);
  return { images, shapeSize };
}

function isPixels(value: unknown): value is Pixels {
  return ArrayBuffer.isView(value) && "subarray" in value;
}

function isList(value: unknown): value is readonly Picture[] {
  return Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return shown(value);
  const { name } = value.constructor;
  return name === "Object"
    ? `an object with ${Object.keys(value).join(", ") || "nothing in it"}`
    : `a ${name}`;
}

/** The digits one by one. */
export function separate(images: Pixels | readonly Picture[], size: number): readonly Picture[] {
  const length = size * size;
  if (isList(images)) {
    images.forEach((picture, i) => {
      if (picture && picture.length !== length) {
        throw new RangeError(
          `images[${i}] holds ${picture.length} numbers; it must hold ${size} x ${size} = ${length}.`,
        );
      }
    });
    return images;
  }
  if (images.length % length !== 0) {
    throw new RangeError(
      `images holds ${images.length} numbers; it must be a multiple of ${size} x ${size} = ${length} (see the option size).`,
    );
  }
  return Array.from({ length: images.length / length }, (_, i) =>
    images.subarray(i * length, (i + 1) * length),
  );
}
