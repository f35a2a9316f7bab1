/**
 * The idx format of MNIST: a big-endian header, then bytes.
 * Images: magic 2051, count, height, width. Labels: magic 2049, count.
 * Source: Yann LeCun's MNIST page; the magic's third byte is the element type
 * (8 = unsigned byte), its fourth the number of dimensions.
 */
import { MnistFileError } from "./errors";

export type IdxKind = "images" | "labels";

export interface Idx {
  path: string;
  /** [count, height, width] of images, [count] of labels. */
  shape: number[];
  /** The whole file, unpacked, with its header (a checksum covers both). */
  file: Uint8Array;
  /** The elements: the file without its header. */
  data: Uint8Array;
}

const dimensions = { images: 3, labels: 1 } as const;

/** How many bytes at the start of a file tell its shape. */
export function headerBytes(kind: IdxKind): number {
  return 4 + 4 * dimensions[kind];
}

/**
 * The shape that a header promises. Needs only the first bytes of the file.
 * @throws MnistFileError on a file too short for a header, a wrong magic, or a size of 0.
 */
export function readShape(path: string, kind: IdxKind, head: Uint8Array): number[] {
  const length = headerBytes(kind);
  if (head.length < length) {
    throw new MnistFileError({
      path,
      found: `${head.length} bytes`,
      expected: `a header of ${length} bytes and the ${kind} after it (the file is truncated)`,
    });
  }
  const view = new DataView(head.buffer, head.byteOffset, length);
  const magic = view.getUint32(0);
  const wanted = 0x0800 + dimensions[kind];
  if (magic !== wanted) {
    throw new MnistFileError({
      path,
      found: `magic ${describeMagic(magic, head)}`,
      expected: `${wanted}, an idx file of ${kind}`,
    });
  }
  const shape = Array.from({ length: dimensions[kind] }, (_, i) => view.getUint32(4 + 4 * i));
  if (shape.includes(0)) {
    throw new MnistFileError({
      path,
      found: `${kind} of shape [${shape.join(", ")}]`,
      expected: "at least one in each dimension",
    });
  }
  return shape;
}

/** How long, in bytes, a whole file of this shape is. */
export function idxLength(kind: IdxKind, shape: number[]): number {
  return headerBytes(kind) + shape.reduce((a, b) => a * b, 1);
}

/**
 * A whole unpacked file as shape and elements.
 * @throws MnistFileError as readShape does, and if the file is shorter or longer than its header says.
 */
export function parseIdx(path: string, kind: IdxKind, file: Uint8Array): Idx {
  const shape = readShape(path, kind, file);
  const length = idxLength(kind, shape);
  if (file.length !== length)
    throw wrongLength(path, kind, shape, `${file.length} bytes`, file.length < length);
  return { path, shape, file, data: file.subarray(headerBytes(kind)) };
}

/** The error for a file shorter or longer than its header says. */
export function wrongLength(
  path: string,
  kind: IdxKind,
  shape: number[],
  found: string,
  truncated: boolean,
): MnistFileError {
  return new MnistFileError({
    path,
    found,
    expected:
      `${idxLength(kind, shape)} bytes for ${kind} of shape [${shape.join(", ")}], as its header says ` +
      `(the file is ${truncated ? "truncated" : "too long"})`,
  });
}

/** What lies under a data file's name by mistake, by its first bytes. */
const MISTAKES: readonly [start: string, what: string][] = [
  ["\0\0\x08\x03", "an idx file of images"],
  ["\0\0\x08\x01", "an idx file of labels"],
  ["version http", "a git-lfs pointer; `git lfs pull` fetches the file"],
  ["<", "a web page; download the file again"],
  ["PK\x03\x04", "a zip archive; unpack it"],
  ["\x1f\x8b", "a gzip file in a gzip file; unpack it"],
];

function describeMagic(magic: number, head: Uint8Array): string {
  const start = String.fromCharCode(...head.subarray(0, 16)).trimStart();
  const mistake = MISTAKES.find(([bytes]) => start.startsWith(bytes));
  const hex = magic.toString(16).padStart(8, "0");
  return `${magic} (hex ${hex}${mistake ? `; ${mistake[1]}` : ""})`;
}
