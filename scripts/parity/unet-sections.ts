/** The sections of `unet.json`: schedule, forward, gradients, training steps, sampling path, resize. */
import * as tf from "@tensorflow/tfjs-core";
import {
  addNoise,
  createModel,
  denoisingLoss,
  CFGUnet,
  linearSchedule,
  seedUnet,
  unetShapes,
  sample,
  sinusoidalEmbedding,
  type StateDict,
  Trainer,
  type UnetDescription,
  predictTraining,
} from "cfg-lib";
import { unetNetwork } from "cfg-lib/dist/unet/network";
import { createHash } from "node:crypto";
import { loadMnist } from "mnist-data-loader";
import { formulaNoise, formulaStateDict } from "./formula";
import { maxError, norm, relativeToLargest, type SectionResult } from "./report";

/** `unet.json`; every section may be missing. */
export interface UnetGolden extends NetworkGolden {
  salt: number;
  betas?: number[];
  alphaBars?: number[];
  noisy?: number[];
  resize?: { index: number[]; png32: string[]; sha256OfAll60000: string };
  /** The same of networks of other forms. */
  small?: ({ description: UnetDescription } & NetworkGolden)[];
}

/** What is measured of one network. */
interface NetworkGolden {
  parameters?: [string, number[]][];
  sinusoidal?: number[][];
  eval?: number[];
  train?: number[];
  losses?: number[];
  grads?: Record<string, { norm: number; values: number[] }>;
  running1?: Record<string, number[]>;
  after3?: Record<string, { change: number; values: number[] }>;
  path?: Record<string, { values: number[]; norm: number }>;
  zeroGradient?: string[];
}

const TIMESTEPS = [0, 17, 150, 299];
const LABELS = [3, 10, 0, 9];
const LARGEST = "of the largest value";

interface Inputs {
  schedule: ReturnType<typeof linearSchedule>;
  description: UnetDescription;
  state: StateDict;
  xt: tf.Tensor4D;
  eps: tf.Tensor4D;
}

type Section = (golden: UnetGolden, inputs: Inputs) => SectionResult[];

/** Measures every section that the file has. */
export function measureUnet(golden: UnetGolden): SectionResult[] {
  const schedule = linearSchedule();
  const image: [number, number, number, number] = [4, 32, 32, 1]; // one channel: NCHW and NHWC lie the same in memory
  const x0 = tf.tensor4d(
    Float32Array.from(formulaNoise(4096, 1001, golden.salt), (v) => 0.5 * v),
    image,
  );
  const eps = tf.tensor4d(Float32Array.from(formulaNoise(4096, 1002, golden.salt)), image);
  const xt = addNoise(schedule, x0, TIMESTEPS, eps);
  const measureNetwork = (numbers: UnetGolden, description: UnetDescription): SectionResult[] => {
    const state = formulaStateDict(golden.salt, description);
    return SECTIONS.flatMap((section) => section(numbers, { schedule, description, state, xt, eps }));
  };
  const results = measureNetwork(golden, seedUnet);
  for (const { description, ...numbers } of golden.small ?? []) {
    const { patch, channels } = description;
    const name = `small (patch ${patch}, channels ${channels.join(", ")})`;
    for (const result of measureNetwork({ salt: golden.salt, ...numbers }, description))
      results.push({ ...result, name: `${name}: ${result.name}` });
  }
  tf.dispose([x0, eps, xt]);
  return results;
}

const SECTIONS: Section[] = [
  parameters,
  scheduleArrays,
  sinusoidal,
  noisy,
  evaluation,
  training,
  threeSteps,
  threeWholeSteps,
  path,
  resize,
];

function parameters(golden: UnetGolden, { description }: Inputs): SectionResult[] {
  if (!golden.parameters) return [];
  const same = JSON.stringify(golden.parameters) === JSON.stringify(unetShapes(description));
  return [{ name: "parameters", error: same ? 0 : 1, tolerance: 0, measure: "names and shapes equal" }];
}

function scheduleArrays(golden: UnetGolden, { schedule }: Inputs): SectionResult[] {
  return (["betas", "alphaBars"] as const).flatMap((name) => {
    const values = golden[name];
    if (!values) return [];
    return [{ name, error: relativeToLargest(schedule[name], values), tolerance: 1e-5, measure: LARGEST }];
  });
}

function sinusoidal(golden: UnetGolden, { description }: Inputs): SectionResult[] {
  if (!golden.sinusoidal) return [];
  const embedding = sinusoidalEmbedding([0, 1, 17, 299], description.conditionLength);
  const error = relativeToLargest(embedding.dataSync(), golden.sinusoidal.flat());
  embedding.dispose();
  return [{ name: "sinusoidal", error, tolerance: 1e-5, measure: LARGEST }];
}

function noisy(golden: UnetGolden, { xt }: Inputs): SectionResult[] {
  if (!golden.noisy) return [];
  return [
    { name: "noisy", error: maxError(xt.dataSync(), golden.noisy), tolerance: 1e-5, measure: "absolute" },
  ];
}

function evaluation(golden: UnetGolden, { state, xt }: Inputs): SectionResult[] {
  if (!golden.eval) return [];
  const net = new CFGUnet({ state });
  const values = golden.eval;
  const results = [true, false].map((fold) => {
    const prediction = net.predict(xt, TIMESTEPS, LABELS, { fold });
    const error = relativeToLargest(prediction.dataSync(), values);
    prediction.dispose();
    return { name: fold ? "eval (batch norm folded)" : "eval", error, tolerance: 1e-4, measure: LARGEST };
  });
  net.dispose();
  return results;
}

function training(golden: UnetGolden, { state, xt }: Inputs): SectionResult[] {
  if (!golden.train) return [];
  const labels = tf.tensor1d(LABELS, "int32");
  const prediction = predictTraining(state, { xt, timesteps: Int32Array.from(TIMESTEPS), labels });
  const error = relativeToLargest(prediction.dataSync(), golden.train);
  tf.dispose([labels, prediction]);
  return [{ name: "train", error, tolerance: 1e-4, measure: LARGEST }];
}

/** Three steps of Adam on the one batch, as one graph each, as training takes them. */
function threeWholeSteps(golden: UnetGolden, { description, state, xt, eps }: Inputs): SectionResult[] {
  if (!golden.losses || !golden.after3) return [];
  const trainer = new Trainer({ start: state });
  const network = unetNetwork(description);
  const inputs = [
    xt,
    sinusoidalEmbedding(TIMESTEPS, description.conditionLength),
    tf.tensor1d(LABELS, "int32"),
  ];
  const losses: number[] = [];
  let running: SectionResult[] = [];
  for (let step = 0; step < 3; step++) {
    const loss = trainer.trainStep(network, inputs, eps);
    losses.push(loss.dataSync()[0]);
    loss.dispose();
    if (step === 0 && golden.running1) running = [runningErrors(golden.running1, trainer.stateDict())];
  }
  const change = changeError(golden.after3, golden.zeroGradient ?? [], state, trainer.stateDict());
  tf.dispose(inputs.slice(1));
  trainer.dispose();
  return [...lossErrors(golden.losses, losses), ...running, change].map((result) => ({
    ...result,
    name: `${result.name}, whole steps`,
  }));
}

/** Three steps of Adam on the one batch: losses, gradients, running statistics and the change of the weights. */
function threeSteps(golden: UnetGolden, { state, xt, eps }: Inputs): SectionResult[] {
  if (!golden.losses && !golden.grads && !golden.running1 && !golden.after3) return [];
  const trainer = new Trainer({ start: state });
  const labels = tf.tensor1d(LABELS, "int32");
  const results: SectionResult[] = [];
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { loss, gradients } = denoisingLoss(trainer, {
      xt,
      timesteps: Int32Array.from(TIMESTEPS),
      labels,
      target: eps,
    });
    losses.push(loss.dataSync()[0]);
    if (step === 0) {
      if (golden.grads)
        results.push(
          ...gradientErrors(golden.grads, golden.zeroGradient ?? [], trainer.gradientStateDict(gradients)),
        );
      if (golden.running1) results.push(runningErrors(golden.running1, trainer.stateDict()));
    }
    trainer.applyGradients(gradients);
    tf.dispose([loss, ...gradients.values()]);
  }
  if (golden.losses) results.unshift(...lossErrors(golden.losses, losses));
  if (golden.after3)
    results.push(changeError(golden.after3, golden.zeroGradient ?? [], state, trainer.stateDict()));
  labels.dispose();
  trainer.dispose();
  return results;
}

function lossErrors(golden: number[], losses: number[]): SectionResult[] {
  const errors = golden.map((loss, i) => Math.abs(losses[i] - loss) / loss);
  return [
    { name: "losses (first)", error: errors[0], tolerance: 1e-5, measure: "relative" },
    { name: "losses (others)", error: Math.max(...errors.slice(1)), tolerance: 1e-2, measure: "relative" },
  ];
}

function gradientErrors(
  golden: NonNullable<UnetGolden["grads"]>,
  zeroGradient: string[],
  gradients: StateDict,
): SectionResult[] {
  let [worstNorm, worstValue, worstZero] = [0, 0, 0];
  for (const [name, expected] of Object.entries(golden)) {
    const ours = gradients.get(name)?.data;
    if (zeroGradient.includes(name)) {
      // Left out of training altogether where batch norm cancels it, so its gradient is zero.
      worstZero = Math.max(worstZero, ours ? norm(ours) : 0);
      continue;
    }
    if (!ours) return [{ name: `grads (${name} missing)`, error: Infinity, tolerance: 0, measure: "" }];
    const rms = expected.norm / Math.sqrt(ours.length);
    worstNorm = Math.max(worstNorm, Math.abs(norm(ours) - expected.norm) / expected.norm);
    worstValue = Math.max(worstValue, maxError(ours, expected.values) / rms);
  }
  return [
    { name: "grads (norms)", error: worstNorm, tolerance: 1e-3, measure: "relative" },
    { name: "grads (values)", error: worstValue, tolerance: 1e-3, measure: "of the RMS" },
    { name: "grads (zero before batch norm)", error: worstZero, tolerance: 1e-5, measure: "absolute" },
  ];
}

function runningErrors(golden: Record<string, number[]>, state: StateDict): SectionResult {
  const errors = Object.entries(golden).map(([name, values]) =>
    relativeToLargest(state.get(name)!.data, values),
  );
  return { name: "running1", error: Math.max(...errors), tolerance: 1e-4, measure: LARGEST };
}

function changeError(
  golden: NonNullable<UnetGolden["after3"]>,
  zeroGradient: string[],
  before: StateDict,
  after: StateDict,
): SectionResult {
  let worst = 0;
  for (const [name, expected] of Object.entries(golden)) {
    if (zeroGradient.includes(name)) continue;
    const [old, now] = [before.get(name)!.data, after.get(name)!.data];
    const change = norm(now.map((value, i) => value - old[i]));
    worst = Math.max(worst, Math.abs(change - expected.change) / expected.change);
  }
  return { name: "after3 (change)", error: worst, tolerance: 3e-2, measure: "relative" };
}

/** The seed's sampler, from formula weights and formula noise. */
function path(golden: UnetGolden, { schedule, state }: Inputs): SectionResult[] {
  if (!golden.path) return [];
  const net = new CFGUnet({ state });
  const noise = (t: number | null): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from(formulaNoise(2048, t === null ? 2000 : 2001 + t, golden.salt)),
      [2, 32, 32, 1],
    );
  const results: SectionResult[] = [];
  const model = createModel((x, t, labels) => net.predict(x, t, labels), { schedule });
  for (const { t, x } of sample(model, { labels: [7, 2], guidanceScale: 2, noise })) {
    const expected = golden.path[String(t)] as { values: number[]; norm: number } | undefined;
    if (!expected) continue;
    const values = x.dataSync();
    const error = Math.max(
      relativeToLargest(values, expected.values),
      Math.abs(norm(values) - expected.norm) / expected.norm,
    );
    results.push({ name: `path (after timestep ${t})`, error, tolerance: 1e-4, measure: LARGEST });
  }
  net.dispose();
  return results;
}

function resize(golden: UnetGolden): SectionResult[] {
  if (!golden.resize) return [];
  const { index, png32, sha256OfAll60000 } = golden.resize;
  const { images } = loadMnist({ split: "train" });
  const wrong = index.filter((image, i) => {
    const pixels = Buffer.from(images.subarray(image * 1024, (image + 1) * 1024)).toString("base64");
    return pixels !== png32[i];
  });
  const hash = createHash("sha256").update(images).digest("hex");
  return [
    { name: "resize (images)", error: wrong.length, tolerance: 0, measure: "images that differ" },
    {
      name: "resize (all 60,000)",
      error: hash === sha256OfAll60000 ? 0 : 1,
      tolerance: 0,
      measure: "SHA-256 equal",
    },
  ];
}
