import assert from "node:assert/strict";
import test from "node:test";
import { diagnose, version } from "./diagnose";

const everyExport = `
import {
  batches, digitsOf, loadMnist, loadMnistAsync, MNIST_SHA256, MnistFileError, pick, resizeBilinear,
  shuffledIndices, toFloat,
} from "mnist-data-loader";
import type { Batch, Batches, BatchOptions, Dataset, LoadOptions, ResizeOptions, Samples, Split } from "mnist-data-loader";
const split: Split = "test";
const load: LoadOptions = { split, size: 32, verify: true, sha256: MNIST_SHA256.test };
const data: Dataset = loadMnist(load);
const options: BatchOptions = { batchSize: 64, shuffle: true, seed: 1, epoch: 2, dropLast: false, startBatch: 3 };
const epoch: Batches = batches(data, options);
for (const { images, labels, indices, batch } of epoch) {
  const tensors: [Float32Array, Int32Array, Int32Array, number] = [images, labels, indices, batch];
  tensors.length;
}
async function main(): Promise<Dataset> {
  for await (const batch of epoch) { const b: Batch = batch; b.images; }
  return loadMnistAsync();
}
main().catch((error: unknown) => { if (error instanceof MnistFileError) { const path: string = error.path; path; } });
const resize: ResizeOptions = { from: [28, 28], to: [32, 32] };
const bytes: Uint8Array = resizeBilinear(data.images, resize);
const floats: Float32Array = toFloat(bytes);
const few: Samples = pick(data, digitsOf(data, 3, 2));
const order: Int32Array = shuffledIndices(10, 1, 0);
export const all = [floats, few, order];
`;

void test("the kernel's TypeScript, 5.0, reads the package's types under strict", () => {
  assert.match(version, /^5\.0\./);
  assert.deepEqual(diagnose(everyExport), []);
});

void test("the types bite: a wrong use is an error there", () => {
  assert.deepEqual(
    diagnose('import { loadMnist } from "mnist-data-loader"; export const s: string = loadMnist().count;'),
    ["Type 'number' is not assignable to type 'string'."],
  );
  const misspelt = diagnose(
    'import { batches, loadMnist } from "mnist-data-loader"; batches(loadMnist(), { batchsize: 3 });',
  );
  assert.equal(misspelt.length, 1);
  assert.match(misspelt[0], /'batchsize'.*batchSize/s);
});
