/** The sections of `samplers.json`: samplers and guidance rules on a dummy model, computed by diffusers. */
import * as tf from "@tensorflow/tfjs-core";
import { apgUpdate } from "cfg-lib/dist/guidance/apg";
import {
  clipX0,
  createModel,
  ddim,
  ddpm,
  dpmSolver,
  dynamicThreshold,
  guide,
  linearSchedule,
  type Predict,
  sample,
  type Sampler,
  sdeDpmSolver,
  uniPc,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import type { Threshold } from "cfg-lib/dist/samplers/thresholding";
import { rescale } from "cfg-lib/dist/guidance/rescaled";
import { zeroStarFactor } from "cfg-lib/dist/guidance/cfg-zero-star";
import { formulaNoise } from "./formula";
import { relativeToLargest, type SectionResult } from "./report";

/** The first values after the first step and after a middle one, and the whole result. */
interface Case {
  first: number[];
  middle: number[];
  last: number[];
}

/** `samplers.json`; every section may be missing. */
export interface SamplersGolden {
  salt: number;
  labels?: number[];
  w?: number;
  cases?: Record<string, Case>;
  zeroTerminalSnrAlphaBars?: number[];
  guidance?: { results: Record<string, number[]> };
}

const TOLERANCE = 1e-4;
const LARGEST = "of the largest value";
const NULL_LABEL = 10;
const IMAGE: [number, number, number] = [4, 4, 1];

/** tanh(0.9 x + 0.002 t - 0.1 y), without y for the null label. */
const dummyNetwork: Predict = (x, t, labels) =>
  tf.tidy(() => {
    const y = labels.map((label) => (label === NULL_LABEL ? 0 : -0.1 * label));
    const shift = tf.add(tf.tensor4d(y, [y.length, 1, 1, 1]), 0.002 * t);
    return tf.tanh(tf.add<tf.Tensor4D>(tf.mul(x, 0.9), shift));
  });

/** Measures every section that the file has. */
export function measureSamplers(golden: SamplersGolden): SectionResult[] {
  const result = (name: string, error: number | null): SectionResult => ({
    name,
    error,
    tolerance: TOLERANCE,
    measure: LARGEST,
  });
  const { cases = {}, zeroTerminalSnrAlphaBars: alphaBars, guidance } = golden;
  return [
    ...Object.entries(cases).map(([name, expected]) => result(name, caseError(name, golden, expected))),
    ...(alphaBars
      ? [
          result(
            "zeroTerminalSnrAlphaBars",
            relativeToLargest(zeroTerminalSnrSchedule().alphaBars, alphaBars),
          ),
        ]
      : []),
    ...Object.entries(guidance?.results ?? {}).map(([name, expected]) =>
      result(`guidance ${name}`, guidanceError(name, golden.salt, expected)),
    ),
  ];
}

function noise(k: number, salt: number): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(formulaNoise(64, k, salt)), [4, ...IMAGE]);
}

/** What a case's name says: "dpmsolver++2m-10-trailing-vprediction-zero-terminal-snr". */
function parseCase(
  name: string,
): { sampler: Sampler; steps: number; threshold?: Threshold; velocity: boolean } | undefined {
  const match =
    /^(ddpm|ddim|(?:sde-)?dpmsolver\+\+2m|unipc2)-(\d+)(?:-eta([\d.]+))?(?:-trailing)?(-.*)?$/.exec(name);
  if (!match) return undefined;
  const [, algorithm, steps, eta = "0", rest = ""] = match;
  const samplers = {
    ddpm,
    ddim: ddim({ eta: Number(eta) }),
    "dpmsolver++2m": dpmSolver,
    "sde-dpmsolver++2m": sdeDpmSolver,
    unipc2: uniPc,
  };
  const sampler = samplers[algorithm as keyof typeof samplers];
  const settings = { sampler, steps: Number(steps), velocity: false };
  if (rest === "") return settings;
  if (rest === "-vprediction-zero-terminal-snr") return { ...settings, velocity: true };
  const clip = /^-clip([\d.]+)-noise-rederived$/.exec(rest);
  if (clip) return { ...settings, threshold: clipX0({ limit: Number(clip[1]) }) };
  const dynamic = /^-dynamic-threshold-ratio([\d.]+)-max([\d.]+)$/.exec(rest);
  if (!dynamic) return undefined;
  return {
    ...settings,
    threshold: dynamicThreshold({ ratio: Number(dynamic[1]), max: Number(dynamic[2]) }),
  };
}

function caseError(name: string, golden: SamplersGolden, expected: Case): number | null {
  const parsed = parseCase(name);
  if (!parsed) return null;
  const { sampler, steps, threshold, velocity } = parsed;
  const model = createModel(dummyNetwork, {
    schedule: velocity ? zeroTerminalSnrSchedule() : linearSchedule(),
    predicts: velocity ? "v" : "noise",
    imageShape: IMAGE,
  });
  const run = sample(model, {
    sampler,
    steps,
    threshold,
    labels: golden.labels ?? [0, 3, 7, 9],
    guidanceScale: golden.w ?? 3,
    noise: (t) => noise(t === null ? 100 : 1000 + t, golden.salt),
  });
  // The full run's middle is told by its timestep: after t = 150, the step before the half.
  const middle = steps === 300 ? 150 : Math.floor(steps / 2) + 1;
  const errors: number[] = [];
  for (const { step, x } of run) {
    const values = x.dataSync();
    if (step === 1) errors.push(relativeToLargest(values, expected.first));
    if (step === middle) errors.push(relativeToLargest(values, expected.middle));
    if (step === steps) errors.push(relativeToLargest(values, expected.last));
  }
  return Math.max(...errors);
}

type Rule = (u: tf.Tensor4D, c: tf.Tensor4D) => tf.Tensor4D;

/** As diffusers writes the rules: u + w update. */
const add = (u: tf.Tensor4D, update: tf.Tensor4D, w: number): tf.Tensor4D => tf.add(u, tf.mul(update, w));

const RULES: Record<string, Rule> = {
  "cfg-w3": (u, c) => guide(u, c, 3),
  "cfg-w3-rescale0.7": (u, c) => rescale(guide(u, c, 3), c, 0.7),
  "apg-w3-eta0-norm2.5": (u, c) => add(u, apgUpdate(u, c, undefined, { normThreshold: 2.5 }).update, 3),
  "apg-w3-eta0-norm2.5-momentum-0.5-second-call": (u, c) => {
    const options = { normThreshold: 2.5, momentum: -0.5 };
    const { average } = apgUpdate(u, c, undefined, options);
    return add(u, apgUpdate(u, tf.mul(c, 0.5), average, options).update, 3);
  },
  "zero-star-w3": (u, c) => {
    const scaled = tf.mul<tf.Tensor4D>(zeroStarFactor(u, c), u);
    return guide(scaled, c, 3);
  },
};

function guidanceError(name: string, salt: number, expected: number[]): number | null {
  if (!Object.hasOwn(RULES, name)) return null;
  return tf.tidy(() =>
    relativeToLargest(RULES[name](noise(201, salt), noise(200, salt)).dataSync(), expected),
  );
}
