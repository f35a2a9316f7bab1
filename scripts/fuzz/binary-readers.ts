/** Readers of numbers: MNIST's files, arrays, weights and checkpoints. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  decodeWeights,
  initialStateDict,
  loadCheckpoint,
  readNpy,
  saveCheckpoint,
  type StateDict,
  unetShapes,
  writeNpy,
} from "cfg-lib";
import { isTrained } from "cfg-lib/dist/nn/parameters";
import type { Weights } from "cfg-lib/dist/weights/decode-weights";
import { toMetadata } from "cfg-lib/dist/weights/metadata";
import { decodeSafetensors, encodeSafetensors } from "cfg-lib/dist/weights/safetensors";
import { loadMnist } from "mnist-data-loader";
import type { Reader } from "./readers";
import { INFO, TINY } from "./tiny";

/** How many images there are, and their height and width. */
const [COUNT, SIDE] = [5, 6];

/** MNIST's format: a pair of files, one of which is damaged. */
export function idx(folder: string, kind: "images" | "labels", isPacked: boolean): Reader {
  const header = (...words: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((word, i) => bytes.writeUInt32BE(word, 4 * i));
    return bytes;
  };
  const pixels = Buffer.from(Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => (7 * i) % 256));
  const files = {
    images: Buffer.concat([header(0x803, COUNT, SIDE, SIDE), pixels]),
    labels: Buffer.concat([header(0x801, COUNT), Buffer.from([5, 0, 4, 1, 9])]),
  };
  const paths = {
    images: path.join(folder, "train-images-idx3-ubyte"),
    labels: path.join(folder, "train-labels-idx1-ubyte"),
  };
  for (const one of ["images", "labels"] as const) writeFileSync(paths[one], files[one]);
  return {
    wholes: isPacked ? [gzipSync(files[kind]), gzipSync(files[kind], { level: 0 })] : [files[kind]],
    read: (bytes) => {
      writeFileSync(paths[kind], bytes);
      const { count, images, labels } = loadMnist({ dir: folder, size: SIDE });
      assert.equal(count, COUNT, "the other file has five");
      const content = isPacked && bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      if (kind === "labels") assert.deepEqual([...labels], [...content.subarray(8)]);
      // Of another height or width they are resized.
      else if (content.readUInt32BE(8) === SIDE && content.readUInt32BE(12) === SIDE)
        assert.ok(content.subarray(16).equals(images), "the pixels as they stand in the file");
    },
  };
}

export function npy(folder: string): Reader {
  const file = path.join(folder, "array.npy");
  const made = ([shape, values]: [number[], number[]]): Buffer => {
    writeNpy(file, Float32Array.from(values), shape);
    return readFileSync(file);
  };
  return {
    wholes: (
      [
        [
          [2, 3],
          [0, 1, -2.5, 3e8, NaN, Infinity],
        ],
        [[1], [7]],
        [[0, 4], []],
      ] as [number[], number[]][]
    ).map(made),
    read: (bytes) => {
      writeFileSync(file, bytes);
      const { values, shape } = readNpy(file);
      assert.equal(
        values.length,
        shape.reduce((a, b) => a * b, 1),
      );
      assert.ok(
        sameBits(values, bytes.subarray(bytes.length - 4 * values.length)),
        "the numbers as they stand there",
      );
    },
  };
}

/** Whether numbers have the bits that stand in a file. Not every NaN keeps its own. */
function sameBits(values: Float32Array, bytes: Buffer): boolean {
  return values.every((value, i) => Object.is(value, bytes.readFloatLE(4 * i)));
}

const tensor = (...data: number[]): { shape: number[]; data: Float32Array } => ({
  shape: [data.length],
  data: Float32Array.from(data),
});

export function safetensors(): Reader {
  const state: StateDict = new Map([
    ["a.weight", { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) }],
    ["a.bias", tensor(0.5, -0.25)],
    ["none", { shape: [0, 2], data: new Float32Array() }],
  ]);
  const wholes = (["F32", "F16"] as const).map((dtype) =>
    Buffer.from(encodeSafetensors(state, { metadata: { cfg: "{}", format: "pt" }, dtype })),
  );
  return {
    wholes,
    read: (bytes) => {
      const { state, metadata } = decodeSafetensors(bytes, "damaged.safetensors");
      assert.ok(Object.values(metadata).every((value) => typeof value === "string"));
      const headerLength = Number(bytes.readBigUInt64LE());
      const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)) as Record<
        string,
        { dtype: string; shape: number[]; data_offsets: [number, number] }
      >;
      for (const [name, { shape, data }] of state) {
        const { dtype, data_offsets: place } = header[name];
        assert.deepEqual(shape, header[name].shape);
        assert.equal(
          data.length,
          shape.reduce((a, b) => a * b, 1),
        );
        const [start, end] = place.map((one) => 8 + headerLength + one);
        if (dtype === "F32") assert.ok(sameBits(data, bytes.subarray(start, end)), `the numbers of ${name}`);
      }
    },
  };
}

export function weights(): Reader {
  const encode = ({ state, info }: Weights): Buffer =>
    Buffer.from(encodeSafetensors(state, { metadata: toMetadata(info) }));
  return {
    wholes: [encode({ state: initialStateDict(0, unetShapes(TINY)), info: INFO })],
    read: (bytes) => {
      const read = decodeWeights(bytes, "damaged.safetensors");
      assert.deepEqual(
        decodeWeights(encode(read), "again.safetensors"),
        read,
        "it is the same written and read again",
      );
    },
  };
}

export function checkpoint(folder: string): Reader {
  const [file, again] = ["checkpoint", "again"].map((name) => path.join(folder, `${name}.safetensors`));
  const model = initialStateDict(0, unetShapes(TINY));
  const moments: StateDict = new Map([...model].filter(([name]) => isTrained(name)));
  saveCheckpoint(file, {
    state: { step: 3, model, ema: model, adamM: moments, adamV: moments },
    info: INFO,
    losses: Float32Array.of(1, 0.5, 0.25),
    seconds: 12.5,
  });
  return {
    wholes: [readFileSync(file)],
    read: (bytes) => {
      writeFileSync(file, bytes);
      const read = loadCheckpoint(file)!;
      saveCheckpoint(again, read);
      assert.deepEqual(loadCheckpoint(again), read, "it is the same written and read again");
    },
  };
}
