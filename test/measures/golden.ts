/** What the tests in this folder share: numbers of others' packages, and the features that these were computed from. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

/** From scipy, statsmodels and prdc: see make.py beside it. */
export const golden = JSON.parse(
  readFileSync(path.join(__dirname, "../golden/metrics/metrics.json"), "utf8"),
) as {
  frechet: number;
  prdc: Record<"3" | "5", { precision: number; recall: number; density: number; coverage: number }>;
  wilson: [right: number, n: number, low: number, high: number][];
};

/** Numbers in a row of {@link featureRows}. */
export const FEATURE_COUNT = 6;

/** Features of n images: the formula of make.py. */
export function featureRows(n: number, scale: number, offset: number): Float32Array {
  return Float32Array.from({ length: n * FEATURE_COUNT }, (_, at) => {
    const [i, j] = [Math.floor(at / FEATURE_COUNT), at % FEATURE_COUNT];
    return scale * Math.sin(1.7 * i + 0.3 * i * j + j) + offset * (j % 2);
  });
}

/** The features that stand for real images, and for drawn ones. */
export const real: Float32Array = featureRows(80, 1, 0);
export const drawn: Float32Array = featureRows(60, 0.8, 0.4);
