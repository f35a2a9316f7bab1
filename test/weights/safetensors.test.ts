import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { decodeSafetensors, encodeSafetensors } from "cfg-lib/dist/weights/safetensors";
import type { StateDict } from "cfg-lib";
import { exactState, fileWith, goldenBytes } from "./examples";

const third = (denominator: number, round: (value: number) => number): number[] =>
  [-3, -2, -1, 0, 1, 2].map((i) => round(i / denominator));

function sha256(array: Float32Array | Uint16Array | Uint8Array): string {
  return createHash("sha256")
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest("hex");
}

/** A file of one tensor "x" with these bytes. */
function oneTensor(dtype: string, count: number, bytes: Uint8Array): Uint8Array {
  const file = fileWith({ x: { dtype, shape: [count], data_offsets: [0, bytes.length] } }, bytes.length);
  file.set(bytes, file.length - bytes.length);
  return file;
}

test("a file by Hugging Face's writer is read: F32, F16, BF16, scalars; PyTorch's counter is left out", () => {
  const { state, metadata } = decodeSafetensors(goldenBytes("types.safetensors"), "types.safetensors");
  assert.deepEqual(metadata, { format: "pt", said: 'noch größer: ü, "quoted"' });
  assert.deepEqual([...state.keys()], ["7", "b.weight", "scalar", "a.brain", "a.half"]);
  assert.deepEqual(state.get("b.weight")!.shape, [2, 3]);
  assert.deepEqual(Array.from(state.get("b.weight")!.data), third(3, Math.fround));
  assert.deepEqual(state.get("scalar"), { shape: [], data: Float32Array.of(0.1) });
  assert.ok(Object.is(state.get("7")!.data[1], -0));
  // 1/3 with 11 and with 8 significant bits, as IEEE 754 rounds it.
  assert.deepEqual(
    Array.from(state.get("a.half")!.data),
    [-1, -0.66650390625, -0.333251953125, 0, 0.333251953125, 0.66650390625],
  );
  assert.deepEqual(
    Array.from(state.get("a.brain")!.data),
    [-1, -0.66796875, -0.333984375, 0, 0.333984375, 0.66796875],
  );
});

test("what is encoded comes back bit for bit, in order, from any place in a buffer", () => {
  const state: StateDict = new Map([
    ["z.weight", { shape: [2, 2], data: Float32Array.of(0.1, -0, 3.4e38, 1e-45) }],
    ["10", { shape: [1], data: Float32Array.of(7) }],
    ["2", { shape: [0, 3], data: new Float32Array(0) }],
    ["scalar", { shape: [], data: Float32Array.of(-2.5) }],
    ["__proto__", { shape: [1], data: Float32Array.of(1) }],
  ]);
  const metadata = { recipe: "näme", empty: "" };
  const bytes = encodeSafetensors(state, { metadata });
  const shifted = new Uint8Array(bytes.length + 20).fill(255);
  shifted.set(bytes, 3);
  const decoded = decodeSafetensors(shifted.subarray(3, 3 + bytes.length), "shifted");
  assert.deepEqual([...decoded.state], [...state]);
  assert.deepEqual(decoded.metadata, metadata);
  assert.equal((8 + Number(Buffer.from(bytes).readBigUInt64LE())) % 8, 0);
});

test("the whole network goes to F16 and back; its file has half the bytes", () => {
  const state = exactState();
  const [whole, half] = [encodeSafetensors(state), encodeSafetensors(state, { dtype: "F16" })];
  assert.ok(half.length < 0.51 * whole.length);
  assert.deepEqual(decodeSafetensors(half, "half").state, state);
});

test("F16 agrees with NumPy on every number it has, and rounds to nearest even on and around every middle", () => {
  const about = JSON.parse(Buffer.from(goldenBytes("float16.json")).toString()) as Record<string, string>;
  const patterns = Array.from({ length: 1 << 16 }, (_, i) => i).filter((i) => (i & 0x7fff) <= 0x7c00);
  const wide = decodeSafetensors(
    oneTensor("F16", patterns.length, new Uint8Array(Uint16Array.from(patterns).buffer)),
    "halves",
  ).state.get("x")!.data;
  assert.equal(sha256(wide), about.wide);

  const numbers = Array.from(new Set(wide.filter(Number.isFinite))).sort((a, b) => a - b);
  const middles = Float32Array.from(numbers.slice(1), (number, i) => (number + numbers[i]) / 2);
  const around = Float32Array.from([
    ...middles,
    ...middles.map((middle) => neighbour(middle, -1)),
    ...middles.map((middle) => neighbour(middle, 1)),
  ]);
  assert.equal(sha256(around), about.around);
  const state: StateDict = new Map([["x", { shape: [around.length], data: around }]]);
  const bytes = encodeSafetensors(state, { dtype: "F16" });
  assert.equal(sha256(bytes.slice(bytes.length - 2 * around.length)), about.narrow);
});

/** The next float32 in a direction. */
function neighbour(value: number, direction: 1 | -1): number {
  const f32 = Float32Array.of(value);
  const bits = new Int32Array(f32.buffer);
  bits[0] += Math.sign(value) * direction;
  return f32[0];
}

test("NaN and infinity stay what they are in F16", () => {
  const data = Float32Array.of(NaN, Infinity, -Infinity);
  const bytes = encodeSafetensors(new Map([["x", { shape: [3], data }]]), { dtype: "F16" });
  assert.deepEqual(decodeSafetensors(bytes, "x").state.get("x")!.data, data);
});

test("what cannot be stored is refused, naming the tensor", () => {
  const encode = (
    name: string,
    shape: number[],
    values: number[],
    dtype: "F32" | "F16" = "F32",
  ): Uint8Array =>
    encodeSafetensors(new Map([[name, { shape, data: Float32Array.from(values) }]]), { dtype });
  assert.throws(() => encode("w", [2, 2], [1, 2, 3]), /w: the shape \[2, 2\] has 4 places; there are 3/);
  assert.throws(() => encode("w", [1], [70000], "F16"), /w holds 70000; F16 goes to 65504.*"F32"/);
  assert.throws(() => encode("__metadata__", [1], [1]), /cannot be named __metadata__/);
});

const x = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
const y = { dtype: "F32", shape: [1], data_offsets: [8, 12] };
const damaged: [what: string, bytes: Uint8Array, error: RegExp][] = [
  ["empty", new Uint8Array(0), /has 0 bytes; .* at least 8/],
  ["shorter than a length", new Uint8Array(7), /has 7 bytes; .* at least 8/],
  ["a header beyond the end", fileWith({ x }, 8, 5000), /header should have 5000 bytes, but only \d+ follow/],
  [
    "a header length of 2^64 - 1",
    new Uint8Array(100).fill(255),
    /header should have 18446744073709552000 bytes/,
  ],
  ["a header that is no JSON", fileWith("{no", 0), /its header \(3 bytes\) is not JSON/],
  [
    "a header that is no UTF-8",
    Buffer.concat([Buffer.of(4, 0, 0, 0, 0, 0, 0, 0), Buffer.of(0x22, 0xff, 0xfe, 0x22)]),
    /not JSON/,
  ],
  ["a header that is a list", fileWith("[]", 0), /not a JSON object/],
  ["a header that is null", fileWith("null", 0), /not a JSON object/],
  [
    "a file of torch.save",
    Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(40)]),
    /is no safetensors file but a zip file, such as torch\.save writes; .*README/,
  ],
  [
    "a file of torch.save before PyTorch 1.6: its magic number, 0x1950a86a20f9469cfc6c, as Python's pickle writes it",
    Buffer.from("80028a0a6cfc9c46f9206aa850192e80024de9032e80027d71002858", "hex"),
    /is no safetensors file but a pickle, such as torch\.save wrote before PyTorch 1\.6; .*README/,
  ],
  [
    "a git-lfs pointer",
    Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 13405216\n`),
    /is no safetensors file but a git-lfs pointer, .*; run `git lfs pull`/,
  ],
  [
    "a web page",
    Buffer.from("\ufeff\n<!DOCTYPE html>\n<html><title>Not found</title></html>\n"),
    /is no safetensors file but a web page, .*; download the file itself/,
  ],
  [
    "a server's error",
    Buffer.from('{"error": "Repository not found"}'),
    /is no safetensors file but a JSON text/,
  ],
  [
    "a gzip file, whose first bytes are a header's possible length",
    Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), Buffer.alloc(600_000, 0xff)]),
    /is no safetensors file but a gzip file; unpack it/,
  ],
  ["an HDF5 file", Buffer.from("\x89HDF\r\n\x1a\n\0\0", "latin1"), /but an HDF5 file/],
  [
    "a header larger than the format allows",
    fileWith(" ".repeat(100_000_001), 0),
    /has a header of 100000001 bytes; the format allows 100000000/,
  ],
  [
    "a name twice",
    fileWith(`{"x":${JSON.stringify(x)},"\\u0078" : ${JSON.stringify(x)}}`, 8),
    /the name "x" stands twice/,
  ],
  [
    "a field twice",
    fileWith(`{"x":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}`, 8),
    /"shape" stands twice/,
  ],
  [
    "metadata that is no text",
    fileWith({ __metadata__: { n: 1 } }, 0),
    /__metadata__ is \{"n":1\}; it must be an object whose values/,
  ],
  ["metadata that is a list", fileWith({ __metadata__: ["a"] }, 0), /__metadata__ is \["a"\]/],
  ["a tensor that is null", fileWith({ x: null }, 0), /tensor x has the type undefined; read are F32/],
  [
    "an unknown type",
    fileWith({ x: { ...x, dtype: "F64" } }, 8),
    /tensor x has the type "F64"; read are F32, F16, BF16/,
  ],
  ["a type of Object's", fileWith({ x: { ...x, dtype: "toString" } }, 8), /x has the type "toString"/],
  [
    "whole numbers that are no counter",
    fileWith({ x: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8),
    /x has the type "I64"; .* for num_batches_tracked/,
  ],
  ["a shape that is no list", fileWith({ x: { ...x, shape: 2 } }, 8), /x has the shape 2; .* list of sizes/],
  ["a negative size", fileWith({ x: { ...x, shape: [-2] } }, 8), /x has the shape \[-2\]/],
  ["a broken size", fileWith({ x: { ...x, shape: [0.5, 4] } }, 8), /x has the shape \[0.5,4\]/],
  [
    "no place",
    fileWith({ x: { dtype: "F32", shape: [2] } }, 8),
    /x has the place undefined; it must be \[start, end\]/,
  ],
  [
    "a place of three numbers",
    fileWith({ x: { ...x, data_offsets: [0, 4, 8] } }, 8),
    /x has the place \[0,4,8\]/,
  ],
  [
    "a place that runs back",
    fileWith({ x: { ...x, data_offsets: [8, 0] } }, 8),
    /x has -8 bytes; F32 \[2\] takes 8/,
  ],
  [
    "a size that the type contradicts",
    fileWith({ x: { ...x, dtype: "F16" } }, 8),
    /x has 8 bytes; F16 \[2\] takes 4/,
  ],
  [
    "a shape whose size overflows",
    fileWith({ x: { ...x, shape: [2 ** 52, 2 ** 52] } }, 8),
    /x has 8 bytes; F32 .* takes 8\.1/,
  ],
  ["an overlap", fileWith({ x, y: { ...y, data_offsets: [4, 8] } }, 8), /y starts at byte 4; expected 8/],
  ["the same place for two", fileWith({ x, y: x }, 8), /y starts at byte 0; expected 8/],
  ["a gap", fileWith({ x, y: { ...y, data_offsets: [12, 16] } }, 16), /y starts at byte 12; expected 8/],
  ["a first tensor not at 0", fileWith({ y }, 12), /y starts at byte 8; expected 0/],
  ["too few bytes", fileWith({ x, y }, 11), /is cut short: 11 bytes follow its header; its tensors take 12/],
  [
    "too many bytes",
    fileWith({ x, y }, 13),
    /has bytes left over: 13 bytes follow its header; its tensors take 12/,
  ],
];
for (const [what, bytes, error] of damaged) {
  test(`refused, with the file's name: ${what}`, () => {
    assert.throws(
      () => decodeSafetensors(bytes, "my.safetensors"),
      (thrown: Error) => {
        assert.match(thrown.message, /^my\.safetensors/);
        assert.match(thrown.message, error);
        return true;
      },
    );
  });
}

test("headers that are made to be slow or deep are refused at once, in a short line", () => {
  const hostile = [
    `{"x":"${"\\n".repeat(3e6)}"}`,
    `{"${"\\n".repeat(3e6)}":1}`,
    `{"x":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
    `{"__metadata__":${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}}`,
    `{"x":{"dtype":${"[".repeat(1e5)}${"]".repeat(1e5)}}}`,
    `{"x":{"dtype":"F32","shape":[${"1,".repeat(1e6)}1],"data_offsets":[0,0]}}`,
    `{"x":[${`"a"${" ".repeat(1000)},`.repeat(3000)}1]}`,
  ];
  for (const header of hostile) {
    const started = performance.now();
    assert.throws(
      () => decodeSafetensors(fileWith(header, 0), "my.safetensors"),
      ({ message }: Error) => message.startsWith("my.safetensors") && message.length < 300,
      header.slice(0, 60),
    );
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < 5, `${header.slice(0, 60)}: ${seconds} s`);
  }
});

test("no cut of a sound file is taken for a whole one", () => {
  const bytes = goldenBytes("types.safetensors");
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => decodeSafetensors(bytes.subarray(0, length), "cut"), /^Error: cut /);
});
