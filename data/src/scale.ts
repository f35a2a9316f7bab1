/** Every byte's value in [-1, 1], as torchvision has it: ToTensor divides by 255 in float32, then times 2, minus 1. */
const scaled: Float32Array = Float32Array.from({ length: 256 }, (_, byte) =>
  Math.fround(Math.fround(Math.fround(byte / 255) * 2) - 1),
);

/**
 * Pixels from bytes 0..255 to float32 in [-1, 1], bit for bit as the usual
 * PyTorch pipeline makes them: `ToTensor()`, then `t * 2 - 1`, each step rounded
 * to float32.
 */
export function toFloat(bytes: Uint8Array): Float32Array {
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = scaled[bytes[i]];
  return out;
}
