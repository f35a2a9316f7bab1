export { type Batch, type Batches, batches, type BatchOptions } from "./batches";
export { type Dataset, digitsOf, pick, type Samples } from "./dataset";
export { MnistFileError } from "./errors";
export { MNIST_SHA256, type Split } from "./files";
export type { IdxKind } from "./idx";
export { type LoadOptions, loadMnist, loadMnistAsync } from "./load";
export { resizeBilinear, type ResizeOptions } from "./resize";
export { toFloat } from "./scale";
export { shuffledIndices } from "./shuffle";
