/**
 * NumPy's .npy files, version 1.0 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float32,
 * little-endian, C order. Node only.
 */
import { writeFileAtomic } from "./atomic";

const MAGIC = "\x93NUMPY\x01\x00";

/**
 * Writes an array as .npy, whole or not at all.
 * @throws RangeError when the shape does not fit the number of values
 */
export function writeNpy(file: string, values: Float32Array, shape: readonly number[]): void {
  const count = shape.reduce((a, b) => a * b, 1);
  if (count !== values.length) {
    throw new RangeError(
      `the shape [${shape.join(", ")}] has ${count} places; there are ${values.length} values.`,
    );
  }
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padding = 63 - ((MAGIC.length + 2 + text.length) % 64); // the numbers start at a multiple of 64
  const header = Buffer.from(`${text}${" ".repeat(padding)}\n`, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const numbers = Buffer.alloc(4 * count);
  for (let i = 0; i < count; i++) numbers.writeFloatLE(values[i], 4 * i);
  writeFileAtomic(file, Buffer.concat([Buffer.from(MAGIC, "latin1"), length, header, numbers]));
}
