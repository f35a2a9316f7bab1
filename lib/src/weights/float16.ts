/** Half precision (IEEE 754 binary16), for weights that ship: half the bytes, three decimal digits. */

/** The largest number that 16 bits hold. */
export const LARGEST_FLOAT16 = 65504;

const f32 = new Float32Array(1);
const bits = new Uint32Array(f32.buffer);

/** The 16 bits nearest to `value`, a float32; ties go to the even one, 65520 and more becomes infinity. */
export function toFloat16(value: number): number {
  f32[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds past the largest, 65504
  if (magnitude < 0x38800000) {
    // Subnormal: steps of 2^-24. Math.round takes ties up, so an odd result of a tie steps back.
    const steps = Math.abs(f32[0]) * 2 ** 24;
    const rounded = Math.round(steps);
    return sign | (rounded - steps === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The number that 16 bits stand for. */
export function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
