/** Sampling: from noise to images, one yielded step at a time, whatever the sampler and the guidance rule. */
import * as tf from "@tensorflow/tfjs-core";
import { plain } from "../guidance/plain";
import { customRule, type Combine, type GuidanceRule } from "../guidance/rule";
import {
  checkDenoisable,
  checkTrainedFor,
  convertPrediction,
  type Predict,
  type Predicts,
  type View,
} from "../prediction";
import { checkTimesteps, type Schedule, trailingTimesteps } from "../schedule";
import { checkInteger, checkLabels, checkNumber, checkShape } from "../validate";
import { ddpm } from "./ddpm";
import { predictGuided } from "./guided-prediction";
import { type NoiseSource, seededNoise } from "./noise";
import type { PreviousStep, Sampler } from "./sampler";
import type { Threshold } from "./thresholding";

/** What to sample, and how. */
export interface SampleOptions {
  /** The network: see {@link Predict}. */
  predict: Predict;
  schedule: Schedule;
  /** What the network predicts: what it says itself, or else noise. */
  predicts?: Predicts;
  /** The algorithm: DDPM, the seed's, by default. */
  sampler?: Sampler;
  /** How many timesteps to visit, evenly spaced: see {@link trailingTimesteps}. All of them by default, as the seed does. */
  steps?: number;
  /** The timesteps themselves, falling, instead of `steps`. */
  timesteps?: readonly number[];
  /** One label for each image: digits 0..9, or the null label. */
  labels: readonly number[];
  /** w, one for all or one for each image; 1 is conditional. */
  guidanceScale?: number | readonly number[];
  /** How two predictions become one: plain guidance by default. A function is a rule of one's own. */
  rule?: GuidanceRule | Combine;
  /** Keeps the predicted clean images in range: off by default. */
  threshold?: Threshold;
  /** Whole number: the same seed gives the same images. */
  seed?: number;
  /** The index of each image's noise, by default its place in the batch; images with the same index share their noise. */
  noiseIndices?: readonly number[];
  /**
   * Starts from sqrt(alphaBar_T) startImage + sqrt(1 - alphaBar_T) noise, the way training's noisiest images look, instead
   * of noise alone; height x width x channels numbers. On a schedule that ends at alphaBar = 0 it changes nothing.
   */
  startImage?: Float32Array;
  /** Noise of the caller's own, instead of `seed`. */
  noise?: NoiseSource;
  nullLabel?: number;
  /** Height, width and channels. */
  imageShape?: readonly [number, number, number];
}

/**
 * One step of sampling, from x_t to the next lower timestep. The tensors are [n, height, width, channels] and live until
 * the next step is asked for; clone those that are to stay.
 */
export interface SamplingStep {
  /** Counts from 0. */
  step: number;
  /** How many steps there are. */
  steps: number;
  /** The timestep that the network was asked at. */
  t: number;
  /** The images before this step, x_t, as the network was asked about them: a sampler that corrects starts from others. */
  xt: tf.Tensor4D;
  /** The images after it. */
  x: tf.Tensor4D;
  /** The clean images that the guided prediction implies, after thresholding. */
  x0: tf.Tensor4D;
  /** The noise that the guided prediction implies. */
  eps: tf.Tensor4D;
  /** The same of the unconditional and the conditional prediction, undefined where w made it needless (w = 1, w = 0). */
  readonly epsU: tf.Tensor4D | undefined;
  readonly epsC: tf.Tensor4D | undefined;
  /** The pixels of `x`, flattened: about [-1, 1] at the end. */
  images: () => Float32Array;
  /** The pixels of `x0`, flattened. */
  predictedX0: () => Float32Array;
}

/** The result of sampling. */
export interface Samples {
  /** Pixels about [-1, 1], [n, height, width, channels] flattened. */
  images: Float32Array;
  shape: [number, number, number, number];
}

/**
 * Samples from pure noise at the last timestep down to a clean image. Yields every step; returns the images. Nothing is
 * read back from the engine between steps unless the caller does it. Ending the generator early frees its tensors.
 * @throws RangeError on a bad label, guidance scale, number of steps, seed or shape; where the network predicts noise and
 *   alphaBar is 0, whatever the sampler; and when the result holds a NaN
 */
export function* sample(options: SampleOptions): Generator<SamplingStep, Samples> {
  const run = checked(options);
  const { predict, schedule, predicts, sampler, rule, labels, guidanceScales, nullLabel, timesteps, noise } =
    run;
  const steps = timesteps.length;
  const floor = (alphaBar: number): number => Math.max(alphaBar, sampler.minAlphaBar);
  const state = new Map<string, tf.Tensor>();
  let x = noise(null);
  let previous: PreviousStep | null = null;
  try {
    checkShape("the start noise", x.shape, [labels.length, ...run.imageShape]);
    if (run.startImage) x = startFrom(run.startImage, x, schedule.alphaBars[timesteps[0]]);
    for (let step = 0; step < steps; step++) {
      const t = timesteps[step];
      const isLast = step === steps - 1;
      const alphaBar = floor(schedule.alphaBars[t]);
      const alphaBarNext = isLast ? 1 : schedule.alphaBars[timesteps[step + 1]];
      const xt = x;
      const prediction = predictGuided(predict, xt, t, {
        ...{ labels, guidanceScales, nullLabel, rule, predicts, state },
        place: { timesteps: schedule.timesteps, step, steps, alphaBar, alphaBarNext },
        sameImages: step === 0 ? run.sameStart : undefined,
      });
      const { guided, renoise, u, c } = prediction;
      const view = (value: tf.Tensor4D, to: View): tf.Tensor4D =>
        convertPrediction(value, predicts, to, { xt, alphaBar });
      const { x0, eps } = imageAndNoise({
        guided,
        renoise,
        view,
        xt,
        alphaBar,
        threshold: options.threshold,
      });
      const z = !isLast && sampler.addsNoise ? noise(t) : null;
      const corrected: tf.Tensor4D = (previous && sampler.correct?.({ x0, alphaBar, previous })) ?? xt;
      x = sampler.step({ xt: corrected, x0, eps, alphaBar, alphaBarNext, z, previous });
      const lent: tf.Tensor[] = []; // made only when asked for
      const noiseOf = (value: tf.Tensor4D | undefined): tf.Tensor4D | undefined => {
        const found = value && view(value, "noise");
        if (found) lent.push(found);
        return found;
      };
      try {
        yield {
          ...{ step, steps, t, xt, x, x0, eps },
          get epsU() {
            return noiseOf(u);
          },
          get epsC() {
            return noiseOf(c);
          },
          images: () => pixels(x),
          predictedX0: () => pixels(x0),
        };
      } finally {
        const done = [z, u, c, previous?.xt, previous?.before?.x0].filter((tensor) => tensor != null);
        tf.dispose([guided, renoise, eps, ...done, ...lent]);
        if (corrected !== xt) xt.dispose();
        const before: PreviousStep["before"] = previous && { x0: previous.x0, alphaBar: previous.alphaBar };
        previous = { xt: corrected, x0, alphaBar, before };
      }
    }
    const images = pixels(x);
    checkFinite(images, rule.name);
    return { images, shape: x.shape };
  } finally {
    tf.dispose([x, ...state.values()]);
    if (previous) tf.dispose([previous.xt, previous.x0, ...(previous.before ? [previous.before.x0] : [])]);
  }
}

/**
 * Checks everything that can be told before the network is asked; {@link sample} does it first. Needs no engine.
 * @throws RangeError as `sample` does
 */
export function checkSampling(options: SampleOptions): void {
  checked(options);
}

/** The options with defaults, checked. */
function checked(options: SampleOptions): ReturnType<typeof withDefaults> {
  const run = withDefaults(options);
  checkLabels("labels", run.labels, run.nullLabel);
  checkInteger("seed", run.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkShape("guidanceScale", [run.guidanceScales.length], [run.labels.length]);
  for (const w of run.guidanceScales) checkNumber("guidanceScale", w);
  checkShape("noiseIndices", [run.indices.length], [run.labels.length]);
  for (const [i, index] of run.indices.entries())
    checkInteger(`noiseIndices[${i}]`, index, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (run.startImage)
    checkShape("startImage", [run.startImage.length], [run.imageShape.reduce((a, b) => a * b, 1)]);
  const { timesteps, rule, sampler } = run;
  checkTrainedFor("The network", run.predict, run);
  for (const weak of [rule.weak, rule.alsoAsk])
    if (weak) checkTrainedFor(`The weaker network of ${rule.name}`, weak, run);
  if ("combineTwo" in rule && !sampler.usesEps)
    throw new RangeError(
      `the rule ${rule.name} decides which noise is put back, and the sampler ${sampler.name} puts no predicted noise ` +
        "back; take ddim, dpm-solver or sde-dpm-solver.",
    );
  checkTimesteps(run.schedule, timesteps);
  if (timesteps.length === 0 || timesteps.some((t, i) => i > 0 && t >= timesteps[i - 1]))
    throw new RangeError(`timesteps are [${timesteps.join(", ")}]; they must fall, and be at least one.`);
  checkDenoisable(run.predicts, run.schedule, timesteps);
  return run;
}

function withDefaults(options: SampleOptions) {
  const {
    predict,
    schedule,
    predicts = options.predict.predicts ?? "noise",
    sampler = ddpm,
    labels,
    guidanceScale = 1,
    seed = 0,
  } = options;
  const { rule = plain, nullLabel = 10, imageShape = [32, 32, 1] } = options;
  const indices = options.noiseIndices ?? labels.map((_, i) => i);
  return {
    ...{ predict, schedule, predicts, sampler, labels, seed, nullLabel, imageShape, indices },
    startImage: options.startImage,
    guidanceScales: typeof guidanceScale === "number" ? labels.map(() => guidanceScale) : guidanceScale,
    rule: typeof rule === "function" ? customRule("a rule of your own", rule) : rule,
    noise: options.noise ?? seededNoise({ seed, indices, imageShape }),
    /** Images with the same index start alike, if the noise is ours; a caller's own noise may differ. */
    sameStart: options.noise ? undefined : indices,
    timesteps: options.timesteps ?? trailingTimesteps(schedule, options.steps ?? schedule.timesteps),
  };
}

/** Clean image and noise that a guided prediction implies. */
function imageAndNoise({
  guided,
  renoise,
  view,
  xt,
  alphaBar,
  threshold,
}: {
  guided: tf.Tensor4D;
  renoise: tf.Tensor4D;
  view: (value: tf.Tensor4D, to: View) => tf.Tensor4D;
  xt: tf.Tensor4D;
  alphaBar: number;
  threshold: Threshold | undefined;
}): { x0: tf.Tensor4D; eps: tf.Tensor4D } {
  return tf.tidy(() => {
    const x0 = view(guided, "x0");
    if (!threshold) return { x0, eps: view(renoise, "noise") };
    const kept = threshold(x0);
    checkShape("what the threshold returned", kept.shape, x0.shape);
    // Derived again, so that x_t = sqrt(alphaBar) x_0 + sqrt(1 - alphaBar) eps still holds.
    const eps =
      renoise === guided ? convertPrediction(kept, "x0", "noise", { xt, alphaBar }) : view(renoise, "noise");
    return { x0: kept, eps };
  });
}

/** x_T of the image, disposing of the noise. */
function startFrom(image: Float32Array, noise: tf.Tensor4D, alphaBar: number): tf.Tensor4D {
  const [, ...shape] = noise.shape;
  const x = tf.tidy(() =>
    tf.add<tf.Tensor4D>(
      tf.mul(tf.tensor4d(image, [1, ...shape]), Math.sqrt(alphaBar)),
      tf.mul(noise, Math.sqrt(1 - alphaBar)),
    ),
  );
  noise.dispose();
  return x;
}

function checkFinite(images: Float32Array, rule: string): void {
  if (images.every((value) => Number.isFinite(value))) return;
  throw new RangeError(
    `sampling ended in pixels that are no finite numbers; the guidance rule was "${rule}". ` +
      "Look for a division by zero in a rule of your own, or take a smaller guidance scale.",
  );
}

function pixels(x: tf.Tensor4D): Float32Array {
  return x.dataSync<"float32">().slice();
}

/** Runs sampling to its end and returns the images. */
export function sampleAll(options: SampleOptions): Samples {
  const steps = sample(options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
