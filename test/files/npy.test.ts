import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { readNpy, writeNpy } from "cfg-lib";
import { golden } from "../weights/examples";
import { temporaryFolder } from "./disk";

const thirds = Float32Array.from([0, 1, 2, 3, 4, 5], (i) => i / 3);

test("NumPy's own files are read", () => {
  assert.deepEqual(readNpy(golden("float32.npy")), { values: thirds, shape: [1, 2, 3] });
  assert.deepEqual(readNpy(golden("vector.npy")), { values: Float32Array.of(0.1, -2.5, 3e38), shape: [3] });
});

test("what is written is NumPy's file but for the spaces that pad its header", (t) => {
  const file = path.join(temporaryFolder(t), "a.npy");
  const cases: [string, Float32Array, number[]][] = [
    ["float32.npy", thirds, [1, 2, 3]],
    ["vector.npy", Float32Array.of(0.1, -2.5, 3e38), [3]],
  ];
  for (const [name, values, shape] of cases) {
    writeNpy(file, values, shape);
    const split = (bytes: Buffer): [string, string, number] => {
      const start = 10 + bytes.readUInt16LE(8);
      return [bytes.toString("latin1", 10, start).trim(), bytes.toString("hex", start), start % 64];
    };
    assert.deepEqual(split(readFileSync(file)), split(readFileSync(golden(name))));
    assert.deepEqual(readFileSync(file).subarray(0, 8), readFileSync(golden(name)).subarray(0, 8));
  }
});

test("arrays of any shape come back bit for bit, and their numbers start at a multiple of 64", (t) => {
  const file = path.join(temporaryFolder(t), "a.npy");
  const longName = Array.from({ length: 30 }, () => 1);
  for (const shape of [
    [],
    [0],
    [6],
    [2, 0, 3],
    [3, 2],
    [1, 2, 3, 1],
    longName,
    [...longName, 1, 1, 1, 1, 1],
  ]) {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: count }, (_, i) => [NaN, -0, Infinity, 1e-45, 0.1, -3e38][i]);
    writeNpy(file, values, shape);
    assert.deepEqual(readNpy(file), { values, shape });
    assert.equal((10 + readFileSync(file).readUInt16LE(8)) % 64, 0);
  }
});

test("a shape that does not fit the values is refused, and nothing is written", (t) => {
  const file = path.join(temporaryFolder(t), "a.npy");
  for (const shape of [[5], [2, 2], [-2, -3], [0.5, 12], []])
    assert.throws(
      () => writeNpy(file, thirds, shape),
      /^RangeError: the shape \[.*\] has .* places; there are 6 values/,
    );
  assert.throws(() => readFileSync(file), /ENOENT/);
});

const sound = readFileSync(golden("float32.npy"));
function changed(from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  return Buffer.from(sound.toString("latin1").replace(from, to), "latin1");
}
/** A file without numbers, with this text as its shape. */
function withShape(shape: string): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Buffer.from(sound.subarray(0, 10));
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header)]);
}
const wrong: [what: string, bytes: Buffer, error: RegExp][] = [
  ["empty", Buffer.alloc(0), /is no \.npy file: it starts with ""/],
  [
    "of another kind",
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    /is no \.npy file: it starts with "\\u0089PNG/,
  ],
  ["of version 2", changed("\x01\x00v", "\x02\x00v"), /of version 2; version 1 is read/],
  ["cut in its prefix", sound.subarray(0, 9), /cut short: it has 9 bytes; its header alone takes 10/],
  ["cut in its header", sound.subarray(0, 60), /cut short: it has 60 bytes; its header alone takes 128/],
  ["cut in its numbers", sound.subarray(0, 151), /cut short: \[1, 2, 3\] takes 24 bytes; 23 follow/],
  [
    "too long",
    Buffer.concat([sound, Buffer.alloc(1)]),
    /bytes left over: \[1, 2, 3\] takes 24 bytes; 25 follow/,
  ],
  ["big-endian", changed("<f4", ">f4"), /numbers of the type >f4; <f4/],
  ["without a shape", changed("'shape'", "'shope'"), /has the header .*shope.*; descr, fortran_order, shape/],
  ["with a negative size", changed("(1, 2, 3)", "(1,-2, 3)"), /has the header/],
  ["with an empty size", changed("(1, 2, 3)", "(1,, 2,3)"), /has the header/],
  ["with a size of two numbers", changed("(1, 2, 3)", "(1 2, 3) "), /has the header/],
  ["with a size beyond all numbers", withShape(`(${"9".repeat(400)}, 0)`), /has the header.*\.\.\.; descr/],
  [
    "that claims far more than it holds",
    withShape("(4294967296, 1048576)"),
    /takes 18014398509481984 bytes; 0/,
  ],
  [
    "a git-lfs pointer",
    Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
    /is no \.npy file but a git-lfs pointer/,
  ],
];
for (const [what, bytes, error] of wrong) {
  test(`refused, naming the file: ${what}`, (t) => {
    const file = path.join(temporaryFolder(t), "bad.npy");
    writeFileSync(file, bytes);
    assert.throws(
      () => readNpy(file),
      (thrown: Error) => {
        assert.ok(thrown.message.startsWith(file));
        assert.match(thrown.message, error);
        return true;
      },
    );
  });
}

test("a malformed shape of many digits is refused at once", (t) => {
  const file = path.join(temporaryFolder(t), "bad.npy");
  for (const shape of [`(${"1".repeat(28)}x)`, `(${" 1,".repeat(20_000)}x)`, `(${" ".repeat(60_000)}x)`]) {
    writeFileSync(file, withShape(shape));
    const started = performance.now();
    assert.throws(() => readNpy(file), /has the header/);
    assert.ok(performance.now() - started < 500, `${shape.slice(0, 40)}: ${performance.now() - started} ms`);
  }
});

test("NumPy's files of other types and orders are refused by name", () => {
  assert.throws(() => readNpy(golden("float64.npy")), /float64\.npy holds numbers of the type <f8/);
  assert.throws(() => readNpy(golden("fortran.npy")), /fortran\.npy is in Fortran order/);
});
