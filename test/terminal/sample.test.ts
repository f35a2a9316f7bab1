import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { decode } from "fast-png";
import { temporaryFolder } from "../files/disk";
import { command } from "./command";

/** Shape and numbers of a .npy file of float32 (its format, version 1.0: header length at byte 8, text from byte 10). */
function readFloats(file: string): { shape: number[]; data: Float32Array } {
  const bytes = readFileSync(file);
  assert.equal(bytes.toString("latin1", 1, 6), "NUMPY");
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  assert.match(header, /'descr': '<f4', 'fortran_order': False/);
  const shape = /'shape': \(([\d, ]+)\)/.exec(header)![1].split(",").map(Number);
  return { shape, data: new Float32Array(new Uint8Array(bytes.subarray(start)).buffer) };
}

test("npm run sample writes digits in order as .npy and as a picture; one of them alone is the same digit", async (t) => {
  const folder = temporaryFolder(t);
  const [npy, png, alone] = ["s.npy", "s.png", "alone.npy"].map((name) => path.join(folder, name));
  const few = ["--weights", "seed", "--sampler", "ddpm", "--scale", "2", "--steps", "3", "--seed", "5"];
  const whole = await command("sample", [...few, "--digits", "37", "--n", "2", "--out", npy, "--png", png]);
  assert.equal(whole.status, 0, whole.text);
  const { shape, data } = readFloats(npy);
  assert.deepEqual(shape, [4, 32, 32]);
  assert.equal(data.length, 4 * 1024);
  assert.ok(data.every((value) => value >= -1 && value <= 1));
  const { width, height } = decode(readFileSync(png));
  assert.ok(width >= 2 * 32 && height >= 2 * 32, `${width} x ${height}`);

  const first = await command("sample", [...few, "--digits", "3", "--out", alone]);
  assert.equal(first.status, 0, first.text);
  const digit = readFloats(alone);
  assert.deepEqual(digit.shape, [1, 32, 32]);
  digit.data.forEach((value, i) => assert.ok(Math.abs(value - data[i]) < 1e-4, `pixel ${i}`));
});

test("npm run sample tells in one line what is wrong with an option, and writes nothing", async (t) => {
  const file = path.join(temporaryFolder(t), "s.npy");
  const { status, text } = await command("sample", ["--digits", "12x", "--out", file]);
  assert.equal(status, 1);
  assert.match(text, /--digits is 12x; give digits/);
  assert.doesNotMatch(text, /^ +at /m);
  assert.ok(!existsSync(file));
});
