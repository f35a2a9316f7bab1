/** A network of the gallery, as a student gets it: it can be used and measured, and does not say what is wrong. Node only. */
import * as tf from "@tensorflow/tfjs-core";
import { batches, type Dataset, loadMnist } from "mnist-data-loader";
import { NULL_LABEL } from "../digits";
import { guidedPrediction } from "../guidance/guided-prediction";
import { placesOf } from "../guidance/rule";
import type { Model } from "../model";
import { RECIPES, trainedSchedule } from "../recipe";
import { runToEnd, sample, type Samples } from "../samplers/sample";
import type { SamplingStep } from "../samplers/sampling-step";
import { perImage, type Schedule } from "../schedule";
import type { NoisyBatch } from "../training/batch";
import { loadTrainingLog } from "../training/training-log";
import { loadWeights } from "../weights/files";
import { weightedSum } from "../weighted-sum";
import { MYSTERIES } from "../exercises/tasks/12-bug-gallery";
import { bugs, type Bug } from "./bugs";
import { healthy, visits } from "./suspect";

/** What is asked of a mystery's sampler. */
export interface MysteryOptions {
  labels: readonly number[];
  /** w, 1 by default. */
  guidanceScale?: number;
  /** Whole number, 0 by default: the same seed is the same noise. */
  seed?: number;
}

/** A network in use: its training, how it is asked, how guidance is made of its answers, and its sampler of ten steps. */
export interface Mystery {
  /** "A" to "M". */
  readonly name: string;
  /** The loss of every step of its training. */
  readonly losses: readonly number[];
  /** The schedule that it was trained on, and what it predicts. */
  readonly schedule: Schedule;
  readonly predicts: Model["predicts"];
  /** Digits, [n, 32, 32, 1]. */
  sample(options: MysteryOptions): Samples;
  /** The same step by step: x_t, x0, eps and the next x. */
  steps(options: MysteryOptions): Generator<SamplingStep, Samples>;
  /** What the network answers, as it is asked here; 10 asks without a label. */
  predict(x: tf.Tensor4D, t: number, labels: number[]): tf.Tensor4D;
  /** What guidance makes of its answers, before anything is cut. */
  guided(x: tf.Tensor4D, t: number, options: { labels: number[]; guidanceScale: number }): tf.Tensor4D;
  /** The labels and the clean images that the first steps of its training learned from. */
  trainingBatches(count: number): Iterable<{ labels: number[]; images: Float32Array }>;
  /** Frees its tensors. */
  dispose(): void;
}

/** Who is who, in an order that tells nothing. The thirteenth has nothing wrong. */
const PLACES: readonly number[] = [7, 2, 11, 5, 0, 9, 12, 3, 8, 1, 10, 4, 6];

/** What is wrong with a mystery: nothing with one of them. @throws RangeError when there is none of this name */
export function bugOf(name: string): Bug | undefined {
  const place = MYSTERIES.indexOf(name);
  if (place >= 0) return bugs[PLACES[place]];
  throw new RangeError(`There is no mystery ${JSON.stringify(name)}; there are ${MYSTERIES.join(", ")}.`);
}

/**
 * Opens a mystery of the bug gallery: a real network in use, with one mistake somewhere from its training to its samples, or
 * with none.
 * @param name "A" to "M", or "healthy" for the network to compare with, which has none
 * @throws RangeError when there is none of this name
 * @example
 * const a = cfg.openMystery("A");
 * a.sample({ labels: [3, 8], guidanceScale: 2 }).shape // [2, 32, 32, 1]
 */
export function openMystery(name: string): Mystery {
  return mysteryOfBug(name, name === "healthy" ? undefined : bugOf(name));
}

/** A mystery under another name. */
export function mysteryOfBug(name: string, bug: Bug | undefined): Mystery {
  const shipped = bug?.weights ?? "small";
  const weights = loadWeights(shipped);
  const right = healthy(weights);
  const { model, sampler, rule, draw, dispose } = bug ? bug.make(right, weights) : right;
  const schedule = trainedSchedule(weights.info);
  const timesteps = visits(schedule);
  const { batchSize, spread, logitNormal } = RECIPES.small;

  function* steps({ labels, guidanceScale = 1, seed = 0 }: MysteryOptions): Generator<SamplingStep, Samples> {
    return yield* sample(model, { labels, guidanceScale, rule, sampler, timesteps, seed });
  }
  return {
    name,
    losses: loadTrainingLog(shipped).losses,
    schedule,
    predicts: model.predicts,
    steps,
    sample: (options) => runToEnd(steps(options)),
    predict: (x, t, labels) => model.predict(x, t, labels),
    guided(x, t, { labels, guidanceScale }) {
      const [place] = placesOf(schedule, [t]);
      const { guided, renoise, u, c } = guidedPrediction(model, x, place, { labels, guidanceScale, rule });
      tf.dispose([guided, u, c].filter((tensor) => tensor && tensor !== renoise));
      return renoise;
    },
    *trainingBatches(count) {
      const { labelDropout, predicts, seed } = weights.info;
      let step = 0;
      for (const images of batches(trainingDigits(), { batchSize, seed })) {
        if (step === count) return;
        const drawing = {
          schedule,
          predicts,
          spread,
          logitNormal,
          labelDropout,
          nullLabel: NULL_LABEL,
          seed,
          step,
        };
        yield cleanAgain(draw(images, drawing), schedule);
        step++;
      }
    },
    dispose,
  };
}

/** Labels and clean images of a batch: x_0 = sqrt(alphaBar) x_t - sqrt(1 - alphaBar) v. */
function cleanAgain(
  { xt, timesteps, labels, noise, target }: NoisyBatch,
  { alphaBars }: Schedule,
): { labels: number[]; images: Float32Array } {
  const images = tf.tidy(() => {
    const a = perImage(alphaBars, timesteps, Math.sqrt);
    const s = perImage(alphaBars, timesteps, (alphaBar) => -Math.sqrt(1 - alphaBar));
    return weightedSum(a, xt, s, target).dataSync<"float32">().slice();
  });
  const kept = Array.from(labels.dataSync());
  tf.dispose([xt, labels, noise, target]);
  return { labels: kept, images };
}

/** MNIST's training digits, read when they are first needed. */
let read: Dataset | undefined;
const trainingDigits = (): Dataset => (read ??= loadMnist({ split: "train" }));
