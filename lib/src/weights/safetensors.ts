/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the header's length, a JSON header with
 * type, shape and place of each tensor, then the numbers, little-endian. Nothing in a file can run, unlike a pickle.
 */
import type { StateDict, StateTensor } from "../nn/state-dict";
import { cut, excerpt } from "../validate";
import { fromFloat16, LARGEST_FLOAT16, toFloat16 } from "./float16";
import { describeForeign } from "./foreign";
import { repeatedKey } from "./repeated-key";

/** How numbers are stored: 32 or 16 bits. */
export type StoredType = "F32" | "F16";

/** Options of {@link encodeSafetensors}. */
export interface EncodeOptions {
  /** Text by name, kept in the header. */
  metadata?: Record<string, string>;
  dtype?: StoredType;
}

/** What a file holds. */
export interface SafetensorsContent {
  state: StateDict;
  metadata: Record<string, string>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [start: number, end: number];
}

const METADATA = "__metadata__";

/** The format's own limit, in bytes. */
const LARGEST_HEADER = 100_000_000;

/** Bytes of one number of each type that is read. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ["F32", 4],
  ["F16", 2],
  ["BF16", 2],
]);

/** PyTorch's counters in batch norm, 64-bit whole numbers, which no prediction needs: they are left out. */
const COUNTER = /(^|\.)num_batches_tracked$/;
const COUNTER_TYPE = "I64";
const COUNTER_BYTES = 8;

/**
 * The bytes of a safetensors file with these tensors.
 * @throws RangeError when a shape does not fit its numbers, or a number is too large for F16
 */
export function encodeSafetensors(
  state: StateDict,
  { metadata = {}, dtype = "F32" }: EncodeOptions = {},
): Uint8Array {
  const size = BYTES.get(dtype)!;
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const [name, tensor] of state) {
    checkStorable(name, tensor, dtype);
    const end = offset + tensor.data.length * size;
    entries.push([name, { dtype, shape: tensor.shape, data_offsets: [offset, end] } satisfies HeaderEntry]);
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padding = (8 - (text.length % 8)) % 8; // the numbers start at a multiple of 8, as the format's own writer does it
  const start = 8 + text.length + padding;
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(text.length + padding), true);
  bytes.set(text, 8);
  let position = start;
  for (const { data } of state.values()) {
    for (const value of data) {
      if (dtype === "F32") view.setFloat32(position, value, true);
      else view.setUint16(position, toFloat16(value), true);
      position += size;
    }
  }
  return bytes;
}

function checkStorable(name: string, { shape, data }: StateTensor, dtype: StoredType): void {
  if (name === METADATA) throw new RangeError(`a tensor cannot be named ${METADATA}; the format keeps it.`);
  const count = shape.reduce((a, b) => a * b, 1);
  if (count !== data.length) {
    throw new RangeError(
      `tensor ${name}: the shape [${shape.join(", ")}] has ${count} places; there are ${data.length} values.`,
    );
  }
  if (dtype !== "F16") return;
  const large = data.find((value) => Number.isFinite(value) && Math.abs(value) > LARGEST_FLOAT16);
  if (large !== undefined) {
    throw new RangeError(
      `tensor ${name} holds ${large}; F16 goes to ${LARGEST_FLOAT16}. Save it with the dtype "F32".`,
    );
  }
}

/**
 * Reads a safetensors file.
 * @param name of the file, for the errors
 * @throws Error that says what was found and what was expected, on anything that is not a whole, sound file
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): SafetensorsContent {
  const { header, start } = readHeader(bytes, name);
  const { [METADATA]: metadata = {}, ...entries } = header;
  checkMetadata(metadata, name);
  const tensors = Object.entries(entries).map(([tensor, entry]): [string, HeaderEntry] => {
    checkEntry(entry, tensor, name);
    return [tensor, entry];
  });
  // The order of the numbers, since an object's keys lose theirs where they look like whole numbers.
  tensors.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  checkPlaces(tensors, bytes.length - start, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const state: StateDict = new Map();
  for (const [tensor, entry] of tensors) {
    if (entry.dtype !== COUNTER_TYPE)
      state.set(tensor, { shape: entry.shape, data: readNumbers(view, entry) });
  }
  return { state, metadata: metadata as Record<string, string> };
}

function readHeader(bytes: Uint8Array, name: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8)
    throw new Error(`${name} has ${bytes.length} bytes; a safetensors file has at least 8.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) {
    const problem = `its header should have ${length} bytes, but only ${bytes.length - 8} follow`;
    throw notSafetensors(bytes, name, `is cut short or no safetensors file: ${problem}`);
  }
  if (length > LARGEST_HEADER)
    throw new Error(`${name} has a header of ${length} bytes; the format allows ${LARGEST_HEADER}.`);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch {
    throw notSafetensors(bytes, name, `is no safetensors file: its header (${length} bytes) is not JSON`);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new Error(`${name} is no safetensors file: its header is not a JSON object.`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new Error(`${name}: the name ${excerpt(twice)} stands twice in its header.`);
  return { header: header as Record<string, unknown>, start: 8 + length };
}

/** The error for a file that is something else: what it is, where that can be told. */
function notSafetensors(bytes: Uint8Array, name: string, problem: string): Error {
  const what = describeForeign(bytes);
  return new Error(`${name} ${what === undefined ? problem : `is no safetensors file but ${what}`}.`);
}

function checkMetadata(metadata: unknown, name: string): void {
  const sound =
    typeof metadata === "object" &&
    metadata !== null &&
    !Array.isArray(metadata) &&
    Object.values(metadata).every((v) => typeof v === "string");
  if (!sound) {
    throw new Error(
      `${name}: ${METADATA} is ${excerpt(metadata)}; it must be an object whose values are texts.`,
    );
  }
}

function checkEntry(entry: unknown, tensor: string, name: string): asserts entry is HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<HeaderEntry>;
  const size = bytesOf(tensor, dtype);
  const of = `${name}: tensor ${cut(tensor)}`;
  if (size === undefined) {
    const read = `${[...BYTES.keys()].join(", ")}, and ${COUNTER_TYPE} for num_batches_tracked`;
    throw new Error(`${of} has the type ${excerpt(dtype)}; read are ${read}.`);
  }
  const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new Error(`${of} has the shape ${excerpt(shape)}; it must be a list of sizes.`);
  }
  if (!Array.isArray(offsets) || (offsets as unknown[]).length !== 2 || !offsets.every(isSize)) {
    throw new Error(`${of} has the place ${excerpt(offsets)}; it must be [start, end].`);
  }
  const expected = shape.reduce((a, b) => a * b, size);
  const byteCount = offsets[1] - offsets[0];
  if (byteCount !== expected) {
    throw new Error(`${of} has ${byteCount} bytes; ${dtype} ${excerpt(shape)} takes ${expected}.`);
  }
}

function bytesOf(tensor: string, dtype: string | undefined): number | undefined {
  if (dtype === COUNTER_TYPE && COUNTER.test(tensor)) return COUNTER_BYTES;
  return dtype === undefined ? undefined : BYTES.get(dtype);
}

/** The tensors must fill the bytes after the header, each once, without gap or overlap. */
function checkPlaces(inOrder: [string, HeaderEntry][], size: number, name: string): void {
  let position = 0;
  for (const [tensor, entry] of inOrder) {
    const [start, end] = entry.data_offsets;
    if (start !== position) {
      throw new Error(
        `${name}: tensor ${cut(tensor)} starts at byte ${start}; expected ${position}, where the last one ends.`,
      );
    }
    position = end;
  }
  if (position !== size) {
    const problem = position > size ? "is cut short" : "has bytes left over";
    throw new Error(`${name} ${problem}: ${size} bytes follow its header; its tensors take ${position}.`);
  }
}

function readNumbers(view: DataView, { dtype, data_offsets: [start, end] }: HeaderEntry): Float32Array {
  const size = BYTES.get(dtype)!;
  const data = new Float32Array((end - start) / size);
  const wide = new Uint32Array(1);
  const widened = new Float32Array(wide.buffer);
  for (let i = 0, position = start; i < data.length; i++, position += size) {
    if (dtype === "F32") data[i] = view.getFloat32(position, true);
    else if (dtype === "F16") data[i] = fromFloat16(view.getUint16(position, true));
    else {
      wide[0] = view.getUint16(position, true) << 16; // bfloat16 is the upper half of a float32
      data[i] = widened[0];
    }
  }
  return data;
}
