/** Sampling: from noise to images, one yielded step at a time, whatever the sampler and the guidance rule. */
import * as tf from "@tensorflow/tfjs-core";
import { type GuidedPrediction, guidedPrediction } from "../guidance/guided-prediction";
import type { Place } from "../guidance/rule";
import { RuleMemory } from "../guidance/rule-memory";
import type { Model } from "../model";
import { convertPrediction, type View } from "../prediction";
import { checkShape } from "../validate";
import { weightedSum } from "../weighted-sum";
import { prepareSampling, type SampleOptions, type SamplingRun } from "./sample-options";
import type { PastStep } from "./sampler";
import { pixelsOf, type SamplingStep, type StepTensors, viewStep } from "./sampling-step";

/** The result of sampling. */
export interface Samples {
  /** Pixels about [-1, 1], [n, height, width, channels] flattened. */
  images: Float32Array;
  shape: [number, number, number, number];
}

/** How many steps before the present one a sampler may look at. */
const PAST_STEPS = 2;

/**
 * Samples from pure noise at the last timestep down to a clean image. Yields every step; returns the images. Nothing is
 * read back from the engine between steps unless the caller does it. Ending the generator early frees its tensors.
 * @throws RangeError on a bad label, guidance scale, number of steps, seed or shape; where the network predicts noise and
 *   alphaBar is 0, whatever the sampler; and when the result holds a NaN
 * @example
 * const run = cfg.sample(model, { labels: [3], guidanceScale: 2, sampler: cfg.dpmSolver, steps: 8 });
 * [...run].length // 8
 */
export function* sample<Label = number>(
  model: Model<Label>,
  options: SampleOptions<Label>,
): Generator<SamplingStep, Samples> {
  const run = prepareSampling(model, options);
  const memory = new RuleMemory();
  let x = startImages(model, run);
  let past: PastStep[] = [];
  try {
    for (const place of run.places) {
      const step = tf.tidy(() => takeStep(model, run, place, { x, past, memory }));
      const onRequest: tf.Tensor[] = [];
      try {
        yield viewStep(step, place, model.predicts, onRequest);
      } finally {
        const earlier = tensorsOf(past);
        x = step.x;
        past = [{ xt: step.start, x0: step.x0, alphaBar: place.alphaBar }, ...past].slice(0, PAST_STEPS);
        disposeExcept([x, ...tensorsOf(past)], [...Object.values(step), ...onRequest, ...earlier]);
      }
    }
    const images = pixelsOf(x);
    checkFinite(images, run.rule.name);
    return { images, shape: x.shape };
  } finally {
    tf.dispose([x, ...tensorsOf(past)]);
    memory.dispose();
  }
}

/** What lives from one step to the next. */
interface BetweenSteps {
  x: tf.Tensor4D;
  past: readonly PastStep[];
  memory: RuleMemory;
}

/** Asks the network about x_t, guided, and takes the sampler's step. */
function takeStep<Label>(
  model: Model<Label>,
  run: SamplingRun<Label>,
  place: Place,
  { x: xt, past, memory }: BetweenSteps,
): StepTensors & Record<string, tf.Tensor | undefined> {
  const { sampler, labels, guidanceScale, rule } = run;
  const { t, step, steps, alphaBar, alphaBarNext } = place;
  const imageKeys = step === 1 ? run.imageKeys : undefined;
  const prediction = guidedPrediction(model, xt, place, { labels, guidanceScale, rule, memory, imageKeys });
  const { x0, eps } = imageAndNoise(model, run, place, xt, prediction);
  const start = past.length > 0 && sampler.correct ? sampler.correct({ x0, alphaBar, past }) : xt;
  const z = sampler.addsNoise && step < steps ? run.noise(t) : null;
  const x = sampler.step({ xt: start, x0, eps, alphaBar, alphaBarNext, z, past });
  return { xt, start, x, x0, eps, u: prediction.u, c: prediction.c };
}

/** Clean image and noise that a guided prediction implies. */
function imageAndNoise(
  { predicts }: Model<unknown>,
  { threshold }: Pick<SamplingRun<unknown>, "threshold">,
  { alphaBar }: Place,
  xt: tf.Tensor4D,
  { guided, renoise }: GuidedPrediction,
): { x0: tf.Tensor4D; eps: tf.Tensor4D } {
  const view = (value: tf.Tensor4D, from: View, to: View): tf.Tensor4D =>
    convertPrediction(value, from, to, { xt, alphaBar });
  const x0 = view(guided, predicts, "x0");
  if (!threshold) return { x0, eps: view(renoise, predicts, "noise") };
  const limited = threshold(x0);
  checkShape("what the threshold returned", limited.shape, x0.shape);
  // Derived again, so that x_t = sqrt(alphaBar) x_0 + sqrt(1 - alphaBar) eps still holds.
  const eps = renoise === guided ? view(limited, "x0", "noise") : view(renoise, predicts, "noise");
  return { x0: limited, eps };
}

/** x_T: noise, or what is left there of the start image, and noise. */
function startImages<Label>(
  { imageShape, schedule }: Model<Label>,
  { noise, startImage, labels, places: [first] }: SamplingRun<Label>,
): tf.Tensor4D {
  const eps = noise(null);
  try {
    checkShape("the start noise", eps.shape, [labels.length, ...imageShape]);
    if (!startImage) return tf.clone(eps);
    const alphaBar = schedule.alphaBars[first.t];
    return tf.tidy(() => {
      const image = tf.tensor4d(startImage, [1, ...imageShape]);
      return weightedSum(Math.sqrt(alphaBar), image, Math.sqrt(1 - alphaBar), eps);
    });
  } finally {
    eps.dispose();
  }
}

function tensorsOf(past: readonly PastStep[]): tf.Tensor[] {
  return past.flatMap(({ xt, x0 }) => [xt, x0]);
}

function disposeExcept(stay: readonly tf.Tensor[], tensors: readonly (tf.Tensor | undefined)[]): void {
  tf.dispose(tensors.filter((tensor) => tensor !== undefined && !stay.includes(tensor)));
}

function checkFinite(images: Float32Array, rule: string): void {
  if (images.every((value) => Number.isFinite(value))) return;
  throw new RangeError(
    `sampling ended in pixels that are no finite numbers; the guidance rule was "${rule}". ` +
      "Look for a division by zero in a rule of your own, or take a smaller guidance scale.",
  );
}

/**
 * Runs sampling to its end and returns the images.
 * @throws RangeError as {@link sample} does
 * @example
 * cfg.sampleAll(model, { labels: [3, 8], guidanceScale: 2, sampler: cfg.dpmSolver, steps: 8 }).shape // [2, 32, 32, 1]
 */
export function sampleAll<Label = number>(model: Model<Label>, options: SampleOptions<Label>): Samples {
  return runToEnd(sample(model, options));
}

/**
 * Runs a generator to its end, and returns what it returns.
 * @example
 * cfg.runToEnd(cfg.sampleMany(model, { labels: [3], sampler: cfg.dpmSolver, steps: 4 })).length // 1024
 */
export function runToEnd<Result>(run: Generator<unknown, Result>): Result {
  let next = run.next();
  while (!next.done) next = run.next();
  return next.value;
}
