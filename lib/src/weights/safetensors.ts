/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the header's length, a JSON header with
 * type, shape and place of each tensor, then the numbers, little-endian. Nothing in a file can run, unlike a pickle.
 */
import { fromFloat16, toFloat16 } from "./float16";

/** A tensor with PyTorch's layout. */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/** Tensors by name, in the order of PyTorch's `state_dict`. */
export type StateDict = Map<string, StateTensor>;

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

/** Bytes of one number of each type that is read. I64 holds PyTorch's counters, which are left out. */
const BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2, I64: 8 };

/** The bytes of a safetensors file with these tensors. */
export function encodeSafetensors(
  state: StateDict,
  { metadata = {}, dtype = "F32" }: EncodeOptions = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of state) {
    const end = offset + data.length * BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [offset, end] } satisfies HeaderEntry;
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
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
      position += BYTES[dtype];
    }
  }
  return bytes;
}

/**
 * Reads a safetensors file.
 * @param name of the file, for the errors
 * @throws Error that says what was found and what was expected, on anything that is not a whole, sound file
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): SafetensorsContent {
  const { header, start } = readHeader(bytes, name);
  const { __metadata__: metadata = {}, ...entries } = header;
  checkMetadata(metadata, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const tensors = Object.entries(entries).map(([tensor, entry]) => {
    checkEntry(entry, tensor, name);
    return { tensor, entry };
  });
  checkPlaces(tensors, bytes.length - start, name);
  const state: StateDict = new Map();
  for (const { tensor, entry } of tensors) {
    if (entry.dtype !== "I64") state.set(tensor, { shape: entry.shape, data: readNumbers(view, entry) });
  }
  return { state, metadata: metadata as Record<string, string> };
}

function readHeader(bytes: Uint8Array, name: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8)
    throw new Error(`${name} has ${bytes.length} bytes; a safetensors file has at least 8.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) {
    const found = `its header should have ${length} bytes, but only ${bytes.length - 8} follow`;
    throw new Error(`${name} is cut short or no safetensors file: ${found}.`);
  }
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new Error(`${name} is no safetensors file: its header is not JSON.`);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new Error(`${name} is no safetensors file: its header is not a JSON object.`);
  }
  return { header: header as Record<string, unknown>, start: 8 + length };
}

function checkMetadata(metadata: unknown, name: string): void {
  const sound =
    typeof metadata === "object" &&
    metadata !== null &&
    Object.values(metadata).every((v) => typeof v === "string");
  if (!sound) throw new Error(`${name}: __metadata__ must be an object of texts.`);
}

function checkEntry(entry: unknown, tensor: string, name: string): asserts entry is HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<HeaderEntry>;
  if (typeof dtype !== "string" || !(dtype in BYTES)) {
    throw new Error(
      `${name}: tensor ${tensor} has the type ${dtype}; read are ${Object.keys(BYTES).join(", ")}.`,
    );
  }
  const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new Error(
      `${name}: tensor ${tensor} has the shape ${JSON.stringify(shape)}; it must be a list of sizes.`,
    );
  }
  if (!Array.isArray(offsets) || (offsets as unknown[]).length !== 2 || !offsets.every(isSize)) {
    throw new Error(
      `${name}: tensor ${tensor} has the place ${JSON.stringify(offsets)}; it must be [start, end].`,
    );
  }
  const expected = shape.reduce((a, b) => a * b, 1) * BYTES[dtype];
  const found = offsets[1] - offsets[0];
  if (found !== expected) {
    throw new Error(
      `${name}: tensor ${tensor} has ${found} bytes; ${dtype} [${shape.join(", ")}] takes ${expected}.`,
    );
  }
}

/** The tensors must fill the bytes after the header, each once, without gap or overlap. */
function checkPlaces(tensors: { tensor: string; entry: HeaderEntry }[], size: number, name: string): void {
  let position = 0;
  const inOrder = [...tensors].sort((a, b) => a.entry.data_offsets[0] - b.entry.data_offsets[0]);
  for (const { tensor, entry } of inOrder) {
    const [start, end] = entry.data_offsets;
    if (start !== position) {
      throw new Error(
        `${name}: tensor ${tensor} starts at byte ${start}; expected ${position}, where the last one ends.`,
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
  const size = BYTES[dtype];
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
