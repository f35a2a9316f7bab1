/** What the tests of weights share: golden files, a state dict that fits the network, and facts of its training. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { unetShapes, type StateDict, type WeightsInfo } from "cfg-lib";

/** The path of a file that make.py made with safetensors, PyTorch and NumPy. */
export function golden(name: string): string {
  return path.join(__dirname, "..", "golden", "weights", name);
}

/** The bytes of a golden file. */
export function goldenBytes(name: string): Uint8Array {
  return readFileSync(golden(name));
}

/** A state dict of the network's shapes whose numbers F16 holds exactly: 0, 1/64, ..., 255/64, 0, ... */
export function exactState(): StateDict {
  return new Map(
    unetShapes().map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [
        name,
        { shape: [...shape], data: Float32Array.from({ length: size }, (_, i) => (i % 256) / 64) },
      ];
    }),
  );
}

/** Facts as a training run of the seed's recipe has them. */
export const seedInfo: WeightsInfo = {
  recipe: "seed",
  schedule: { kind: "linear", timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
  predicts: "noise",
  labelDropout: 0.1,
  batchSize: 128,
  learningRate: 1e-3,
  step: 2340,
  stepsPerEpoch: 468,
  seed: 0,
  emaDecay: 0.999,
};

/** A safetensors file from a header's text (or object) and the number of bytes after it. */
export function fileWith(header: unknown, dataBytes: number, claimedLength?: number): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimedLength ?? text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}
