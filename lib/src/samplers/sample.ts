/** Sampling: from noise to images, one yielded step at a time. */
import * as tf from "@tensorflow/tfjs-core";
import { predictX0, respace, type Schedule, trailingTimesteps } from "../schedule";
import { checkInteger, checkLabels, checkNumber, checkShape } from "../validate";
import { ddpmStep } from "./ddpm";
import { type Predict, predictGuided } from "./guided-prediction";
import { type NoiseSource, seededNoise } from "./noise";

/** What to sample, and how. */
export interface SampleOptions {
  /** The network: see {@link Predict}. */
  predict: Predict;
  schedule: Schedule;
  /** How many timesteps to visit, evenly spaced; all of them by default, as the seed does. */
  steps?: number;
  /** One label for each image: digits 0..9, or the null label. */
  labels: readonly number[];
  /** w, one for all or one for each image; 1 is conditional. */
  guidanceScale?: number | readonly number[];
  /** Whole number: the same seed gives the same images. */
  seed?: number;
  /** The index of each image's noise, by default its place in the batch; images with the same index share their noise. */
  noiseIndices?: readonly number[];
  /** Noise of the caller's own, instead of `seed`. */
  noise?: NoiseSource;
  nullLabel?: number;
  /** Height, width and channels. */
  imageShape?: readonly [number, number, number];
}

/**
 * One step of sampling, from x_t to x_{t-1}. The tensors are [n, height, width, channels] and live until the next step
 * is asked for; clone those that are to stay.
 */
export interface SamplingStep {
  /** Counts from 0. */
  step: number;
  /** How many steps there are. */
  steps: number;
  /** The timestep that the network was asked at. */
  t: number;
  /** The images before this step, x_t. */
  xt: tf.Tensor4D;
  /** The images after it. */
  x: tf.Tensor4D;
  /** The guided prediction. */
  eps: tf.Tensor4D;
  /** The unconditional and the conditional prediction, undefined where w made it needless (w = 1, w = 0). */
  epsU: tf.Tensor4D | undefined;
  epsC: tf.Tensor4D | undefined;
  /** The pixels of `x`, flattened: about [-1, 1] at the end. */
  images: () => Float32Array;
  /** The pixels of the clean images that the guided prediction implies, flattened. */
  predictedX0: () => Float32Array;
}

/** The result of sampling. */
export interface Samples {
  /** Pixels about [-1, 1], [n, height, width, channels] flattened. */
  images: Float32Array;
  shape: [number, number, number, number];
}

/**
 * Samples with DDPM, from pure noise at the last timestep down to a clean image. Yields every step; returns the images. Ending
 * the generator early frees its tensors.
 * @throws RangeError on a bad label, guidance scale, seed or shape
 */
export function* sample(options: SampleOptions): Generator<SamplingStep, Samples> {
  const {
    predict,
    schedule,
    labels,
    guidanceScale = 1,
    seed = 0,
    nullLabel = 10,
    imageShape = [32, 32, 1],
  } = options;
  checkLabels("labels", labels, nullLabel);
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const guidanceScales = typeof guidanceScale === "number" ? labels.map(() => guidanceScale) : guidanceScale;
  checkShape("guidanceScale", [guidanceScales.length], [labels.length]);
  for (const w of guidanceScales) checkNumber("guidanceScale", w);
  const indices = options.noiseIndices ?? labels.map((_, i) => i);
  checkShape("noiseIndices", [indices.length], [labels.length]);
  const noise = options.noise ?? seededNoise({ seed, indices, imageShape });

  const timesteps = trailingTimesteps(schedule, options.steps ?? schedule.timesteps);
  const spaced = respace(schedule, timesteps);
  const steps = timesteps.length;
  let x = noise(null);
  checkShape("the start noise", x.shape, [labels.length, ...imageShape]);
  try {
    for (let step = 0; step < steps; step++) {
      const t = timesteps[step];
      const xt = x;
      const { eps, epsU, epsC } = predictGuided(predict, xt, t, { labels, guidanceScales, nullLabel });
      const place = steps - 1 - step; // in the spaced schedule
      const z = place > 0 ? noise(t) : null;
      x = ddpmStep(spaced, place, xt, eps, z);
      try {
        const images = (): Float32Array => pixels(x);
        const predictedX0 = (): Float32Array => readOnce(predictX0(schedule, xt, t, eps));
        yield { step, steps, t, xt, x, eps, epsU, epsC, images, predictedX0 };
      } finally {
        for (const tensor of [xt, z, eps, epsU, epsC]) tensor?.dispose();
      }
    }
    return { images: pixels(x), shape: x.shape };
  } finally {
    x.dispose();
  }
}

function pixels(x: tf.Tensor4D): Float32Array {
  return x.dataSync<"float32">().slice();
}

function readOnce(x: tf.Tensor4D): Float32Array {
  const values = pixels(x);
  x.dispose();
  return values;
}

/** Runs sampling to its end and returns the images. */
export function sampleAll(options: SampleOptions): Samples {
  const steps = sample(options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
