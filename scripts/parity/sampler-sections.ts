/** The sections of `samplers.json`: samplers and guidance rules on a dummy model, computed by diffusers. */
import * as tf from "@tensorflow/tfjs-core";
import { guide, linearSchedule, type Predict, sample } from "cfg-lib";
import { formulaNoise } from "./formula";
import { relativeToLargest, type SectionResult } from "./report";

/** `samplers.json`; every section may be missing. */
export interface SamplersGolden {
  salt: number;
  labels?: number[];
  w?: number;
  cases?: Record<string, { first: number[]; middle: number[]; last: number[] }>;
  zeroTerminalSnrAlphaBars?: number[];
  guidance?: { results: Record<string, number[]> };
}

const TOLERANCE = 1e-4;
const LARGEST = "of the largest value";
const NULL_LABEL = 10;
const IMAGE: [number, number, number] = [4, 4, 1];

/** tanh(0.9 x + 0.002 t - 0.1 y), without y for the null label. */
const dummyModel: Predict = (x, t, labels) =>
  tf.tidy(() => {
    const y = labels.map((label) => (label === NULL_LABEL ? 0 : -0.1 * label));
    const shift = tf.add(tf.tensor4d(y, [y.length, 1, 1, 1]), 0.002 * t);
    return tf.tanh(tf.add<tf.Tensor4D>(tf.mul(x, 0.9), shift));
  });

/** Measures every section that the file has. */
export function measureSamplers(golden: SamplersGolden): SectionResult[] {
  const results: SectionResult[] = [];
  for (const [name, expected] of Object.entries(golden.cases ?? {})) {
    const error = name === "ddpm-300" ? ddpmError(golden, expected) : null;
    results.push({ name, error, tolerance: TOLERANCE, measure: LARGEST });
  }
  if (golden.zeroTerminalSnrAlphaBars) {
    results.push({ name: "zeroTerminalSnrAlphaBars", error: null, tolerance: TOLERANCE, measure: LARGEST });
  }
  for (const [name, expected] of Object.entries(golden.guidance?.results ?? {})) {
    const error = name === "cfg-w3" ? plainGuidanceError(golden.salt, expected) : null;
    results.push({ name: `guidance ${name}`, error, tolerance: TOLERANCE, measure: LARGEST });
  }
  return results;
}

function noise(k: number, salt: number): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(formulaNoise(64, k, salt)), [4, ...IMAGE]);
}

function ddpmError(
  golden: SamplersGolden,
  expected: { first: number[]; middle: number[]; last: number[] },
): number {
  const errors: number[] = [];
  const steps = sample({
    predict: dummyModel,
    schedule: linearSchedule(),
    labels: golden.labels ?? [0, 3, 7, 9],
    guidanceScale: golden.w ?? 3,
    noise: (t) => noise(t === null ? 100 : 1000 + t, golden.salt),
    imageShape: IMAGE,
  });
  for (const { t, x } of steps) {
    if (t === 299) errors.push(relativeToLargest(x.dataSync(), expected.first));
    if (t === 150) errors.push(relativeToLargest(x.dataSync(), expected.middle));
    if (t === 0) errors.push(relativeToLargest(x.dataSync(), expected.last));
  }
  return Math.max(...errors);
}

function plainGuidanceError(salt: number, expected: number[]): number {
  return tf.tidy(() => relativeToLargest(guide(noise(201, salt), noise(200, salt), 3).dataSync(), expected));
}
