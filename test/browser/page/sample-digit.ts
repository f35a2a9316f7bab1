/** A digit from the bytes of a weights file: the same lines in Node and in a web page. */
import { decodeWeights, dpmSolver, sampleAll, trainedModel } from "cfg-lib";

/**
 * Samples a guided 7 in a few steps.
 * @param bytes of a .safetensors file
 * @param name of the file, for the errors
 * @returns pixels about [-1, 1], 32 x 32
 */
export function sampleDigit(bytes: Uint8Array, name: string): Float32Array {
  const model = trainedModel(decodeWeights(bytes, name));
  try {
    return sampleAll(model, { labels: [7], guidanceScale: 4, sampler: dpmSolver, steps: 4, seed: 1 }).images;
  } finally {
    model.dispose();
  }
}
