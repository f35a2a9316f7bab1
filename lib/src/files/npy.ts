/**
 * NumPy's .npy files (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float32, little-endian,
 * C order. Written as version 1.0. Node only.
 */
import { readFileSync } from "node:fs";
import { cut, excerpt } from "../validate";
import { describeForeign } from "../weights/foreign";
import { writeFileAtomic } from "./atomic";

const MAGIC = "\x93NUMPY";
const VERSION_1 = "\x01\x00";
/** Bytes before the header's text in version 1: magic, version, length. */
const PREFIX = 10;

/** An array and its shape; values in C order, the last axis fastest. */
export interface NpyArray {
  values: Float32Array;
  shape: number[];
}

/**
 * Writes an array as .npy, whole or not at all.
 * @throws RangeError when the shape does not fit the number of values
 * @example
 * cfg.writeNpy("digits.npy", images, [10, 32, 32]);
 */
export function writeNpy(file: string, values: Float32Array, shape: readonly number[]): void {
  const count = shape.reduce((a, b) => a * b, 1);
  if (count !== values.length || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new RangeError(
      `the shape [${shape.join(", ")}] has ${count} places; there are ${values.length} values.`,
    );
  }
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padding = 63 - ((PREFIX + text.length) % 64); // the numbers start at a multiple of 64
  const header = Buffer.from(`${text}${" ".repeat(padding)}\n`, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const numbers = Buffer.alloc(4 * count);
  for (let i = 0; i < count; i++) numbers.writeFloatLE(values[i], 4 * i);
  writeFileAtomic(file, Buffer.concat([Buffer.from(MAGIC + VERSION_1, "latin1"), length, header, numbers]));
}

/**
 * Reads a .npy file of little-endian float32 in C order.
 * @throws Error that names the file, what was found and what is read
 * @example
 * cfg.writeNpy("x.npy", Float32Array.of(1, 2, 3, 4), [2, 2]);
 * cfg.readNpy("x.npy").shape // [2, 2]
 */
export function readNpy(file: string): NpyArray {
  const bytes = readFileSync(file);
  const magic = bytes.toString("latin1", 0, MAGIC.length);
  if (magic !== MAGIC) {
    const what = describeForeign(bytes);
    const problem = what === undefined ? `: it starts with ${excerpt(magic)}` : ` but ${what}`;
    throw new Error(`${file} is no .npy file${problem}.`);
  }
  const version = bytes[6];
  if (version !== 1) throw new Error(`${file} is .npy of version ${version}; version 1 is read.`);
  const start = bytes.length < PREFIX ? PREFIX : PREFIX + bytes.readUInt16LE(8);
  if (start > bytes.length)
    throw new Error(`${file} is cut short: it has ${bytes.length} bytes; its header alone takes ${start}.`);
  const shape = parseHeader(bytes.toString("latin1", PREFIX, start).trim(), file);
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1); // in this order a product may be infinite
  const byteCount = bytes.length - start;
  if (byteCount !== 4 * count) {
    const problem = byteCount < 4 * count ? "is cut short" : "has bytes left over";
    throw new Error(
      `${file} ${problem}: [${shape.join(", ")}] takes ${4 * count} bytes; ${byteCount} follow its header.`,
    );
  }
  return { values: Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(start + 4 * i)), shape };
}

/** The shape from the header, a Python dict whose type and order must be those that are read. */
function parseHeader(header: string, file: string): number[] {
  const dtype = /'descr': *'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order': *(\w+)/.exec(header)?.[1];
  const shape = parseShape(/'shape': *\(([\d, ]*)\)/.exec(header)?.[1]);
  if (shape === undefined || dtype === undefined || fortran === undefined)
    throw new Error(`${file} has the header ${excerpt(header)}; descr, fortran_order, shape belong there.`);
  if (dtype !== "<f4")
    throw new Error(`${file} holds numbers of the type ${cut(dtype)}; <f4 (little-endian float32) is read.`);
  if (fortran !== "False") throw new Error(`${file} is in Fortran order; C order is read.`);
  return shape;
}

/** The sizes in a Python tuple's text, "3, 28" or "3,"; undefined where it holds no size that a number can be. */
function parseShape(tuple: string | undefined): number[] | undefined {
  if (tuple === undefined) return undefined;
  const sizes = tuple.split(",").map((size) => size.trim());
  if (sizes.at(-1) === "") sizes.pop(); // after the last comma, or in an empty tuple
  const isSize = (size: string): boolean => /^\d+$/.test(size) && Number.isSafeInteger(Number(size));
  return sizes.every(isSize) ? sizes.map(Number) : undefined;
}
