/** Many small pictures in one PNG. One picture draws at once where a subplot for each digit would freeze a notebook. */
import { encode } from "fast-png";
import { shown } from "../validate";

/** Pixels between two digits. */
export const gap = 1;
/** Darker than the page and lighter than a digit's ground, so that a white tile and a black one both have an edge. */
const edgeGrey = 160;
const blankGrey = 224;

/** One digit: `size` x `size` pixels, row by row; numbers in `range`, or bytes. `null` where there is none. */
export type Picture = Float32Array | Uint8Array | Uint8ClampedArray | readonly number[] | null;

/** How the pictures lie in the atlas, and which numbers are black and white. */
interface AtlasOptions {
  rows: number;
  columns: number;
  size: number;
  range: readonly [number, number];
}

/**
 * Lays the pictures out row by row, white ink on black, with a thin grey line around each, and encodes them as PNG.
 * A place without a picture is light grey.
 *
 * @returns a data URI; the PNG is columns * (size + 1) + 1 pixels wide
 */
export function atlas(pictures: readonly Picture[], { rows, columns, size, range }: AtlasOptions): string {
  const width = columns * (size + gap) + gap;
  const height = rows * (size + gap) + gap;
  const pixels = new Uint8Array(width * height).fill(edgeGrey);
  for (let i = 0; i < rows * columns; i++) {
    const left = (i % columns) * (size + gap) + gap;
    const top = Math.floor(i / columns) * (size + gap) + gap;
    const picture = pictures[i] ?? null;
    for (let y = 0; y < size; y++) {
      const start = (top + y) * width + left;
      if (picture) pixels.set(greys(picture, y * size, size, range, i), start);
      else pixels.fill(blankGrey, start, start + size);
    }
  }
  return `data:image/png;base64,${base64(encode({ width, height, data: pixels, channels: 1, depth: 8 }))}`;
}

/**
 * Some of a digit's pixels as bytes, a copy.
 * @throws RangeError when one is no finite number
 */
export function greys(
  picture: NonNullable<Picture>,
  from: number,
  count: number,
  [black, white]: readonly [number, number],
  index: number,
): Uint8Array {
  if (picture instanceof Uint8Array || picture instanceof Uint8ClampedArray) {
    return Uint8Array.from(picture.subarray(from, from + count));
  }
  const bytes = new Uint8Array(count);
  for (let x = 0; x < count; x++) {
    const value = picture[from + x];
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `digit ${index} has a pixel that is ${shown(value)}; pixels must be finite numbers.`,
      );
    }
    const share = (value - black) / (white - black);
    bytes[x] = Math.round(255 * Math.min(1, Math.max(0, share)));
  }
  return bytes;
}

/** Base64 without a Node module. In pieces, as a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}
