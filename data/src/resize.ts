/**
 * Bilinear resize, byte for byte as Pillow does it, and so as torchvision's
 * `Resize` does on a PIL image: half-pixel centres, weights in fixed point with
 * 22 bits, a horizontal and then a vertical pass, each rounded to bytes.
 * Source: Pillow, src/libImaging/Resample.c (precompute_coeffs, normalize_coeffs_8bpc).
 *
 * The horizontal pass always comes first, as in Pillow through the years. Pillow 13
 * takes the vertical one first where the height shrinks by the larger factor; there,
 * and never from square to square, some bytes differ by one.
 */
import { checkInteger } from "./validate";

export interface ResizeOptions {
  /** How many images; by default as many as the bytes hold. */
  count?: number;
  /** [height, width] of the given images. */
  from: readonly [number, number];
  /** [height, width] of the images to make. */
  to: readonly [number, number];
}

/**
 * Resizes grey images: bytes [count, from[0], from[1]] to bytes [count, to[0], to[1]].
 * When it makes images smaller, the filter widens, as Pillow's does.
 * @throws RangeError if a size is not a positive integer or the bytes do not hold `count` images.
 */
export function resizeBilinear(images: Uint8Array, { count, from, to }: ResizeOptions): Uint8Array {
  for (const [name, sizes] of Object.entries({ from, to })) {
    checkInteger(`${name}[0], the height,`, sizes[0], 1);
    checkInteger(`${name}[1], the width,`, sizes[1], 1);
  }
  const pixels = from[0] * from[1];
  const n = count ?? images.length / pixels;
  if (!Number.isInteger(n) || n < 0 || n * pixels !== images.length) {
    const wanted = count === undefined ? `a multiple of ${pixels}` : `${count} images of ${pixels}`;
    throw new RangeError(`images holds ${images.length} bytes; [${from.join(", ")}] needs ${wanted}`);
  }
  const out = new Uint8Array(n * to[0] * to[1]);
  resizer(from, to)(images, out, 0, n);
  return out;
}

/** Resizes images [start, end) of `images` to the same places in `out`. */
export type Resizer = (images: Uint8Array, out: Uint8Array, start: number, end: number) => void;

/** A resizer for one pair of sizes; its weights are computed once. */
export function resizer(
  [fromHeight, fromWidth]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Resizer {
  if (fromHeight === toHeight && fromWidth === toWidth) {
    return (images, out, start, end) => {
      const size = toHeight * toWidth;
      out.set(images.subarray(start * size, end * size), start * size);
    };
  }
  const across = windows(fromWidth, toWidth);
  const down = windows(fromHeight, toHeight);
  const wide = new Uint8Array(fromHeight * toWidth);
  return (images, out, start, end) => {
    for (let i = start; i < end; i++) {
      const source = { bytes: images, offset: i * fromHeight * fromWidth };
      pass(source, { bytes: wide, offset: 0 }, across, fromHeight, [1, fromWidth], [1, toWidth]);
      const target = { bytes: out, offset: i * toHeight * toWidth };
      pass({ bytes: wide, offset: 0 }, target, down, toWidth, [toWidth, 1], [toWidth, 1]);
    }
  };
}

const precisionBits = 22;
const half = 1 << (precisionBits - 1);

/** For each output pixel of a line: the first input pixel it takes, and `taps` fixed-point weights. */
interface Windows {
  taps: number;
  first: Int32Array;
  weights: Int32Array;
}

function windows(from: number, to: number): Windows {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const taps = Math.min(from, Math.ceil(support) * 2);
  const first = new Int32Array(to);
  const weights = new Int32Array(to * taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const triangle = Array.from({ length: end - begin }, (_, t) =>
      Math.max(0, 1 - Math.abs((begin + t - centre + 0.5) / support)),
    );
    const total = triangle.reduce((a, b) => a + b, 0);
    // Every window gets the same number of taps; at the far edge it starts earlier, with weights of zero.
    first[i] = Math.min(begin, from - taps);
    triangle.forEach((weight, t) => {
      weights[i * taps + begin - first[i] + t] = Math.trunc(0.5 + (weight / total) * (1 << precisionBits));
    });
  }
  return { taps, first, weights };
}

interface Plane {
  bytes: Uint8Array;
  offset: number;
}

/** One pass over one image; strides are [from pixel to pixel along a line, from line to line]. */
function pass(
  source: Plane,
  target: Plane,
  { taps, first, weights }: Windows,
  lines: number,
  [sourceStep, sourceLine]: readonly [number, number],
  [targetStep, targetLine]: readonly [number, number],
): void {
  const input = source.bytes;
  const output = target.bytes;
  for (let i = 0; i < first.length; i++) {
    let from = source.offset + first[i] * sourceStep;
    let to = target.offset + i * targetStep;
    if (taps === 2) {
      // Enlarging always takes two; the inner loop written out is three times as fast.
      const left = weights[2 * i];
      const right = weights[2 * i + 1];
      for (let line = 0; line < lines; line++, from += sourceLine, to += targetLine) {
        output[to] = (input[from] * left + input[from + sourceStep] * right + half) >> precisionBits;
      }
    } else {
      for (let line = 0; line < lines; line++, from += sourceLine, to += targetLine) {
        let sum = half;
        for (let t = 0; t < taps; t++) sum += input[from + t * sourceStep] * weights[i * taps + t];
        output[to] = sum >> precisionBits;
      }
    }
  }
}
