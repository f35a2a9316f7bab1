/** Computes the points of a study. Node only. */
import { loadMnist } from "mnist-data-loader";
import type { Judge } from "../judge/judge";
import { loadModel } from "../load-model";
import { score } from "../measures/score";
import { createModel, type Model } from "../model";
import { trainedSchedule } from "../recipe";
import { type ManyProgress, sampleMany } from "../samplers/many";
import { checkSampling } from "../samplers/sample-options";
import type { TrainedModel } from "../trained-model";
import { loadWeights } from "../weights/files";
import { floorOf, labelsFor, meanImage, type MnistReference } from "./mnist-reference";
import { ruleOf } from "./rule-settings";
import { samplerOf } from "./sampler-names";
import { findPoint, hashOf, type Point, type PointSettings, type Study } from "./study";

/** What points are measured with. */
export interface Measuring {
  judge: Judge;
  reference: MnistReference;
}

/** One point's digits. */
export interface PointSamples {
  /** [n, 32, 32] flattened. */
  images: Float32Array;
  labels: number[];
  seconds: number;
}

/**
 * Samples the digits of a point, yielding every step.
 * @throws RangeError when a setting is out of range, unknown or does not fit the weights
 * @example
 * const { settings } = cfg.pointsOf(cfg.shippedStudy(), { weights: "repaired-ema", n: 100 })[0];
 * cfg.runToEnd(cfg.samplePoint({ ...settings, n: 20, steps: 4 })).labels.length // 20
 */
export function* samplePoint(settings: PointSettings): Generator<ManyProgress, PointSamples> {
  const labels = labelsFor(settings.n);
  const model = loadModel(settings.weights);
  const weaker: TrainedModel[] = [];
  const rule = ruleOf(settings.rule, (weights) => {
    const guide = loadModel(weights);
    weaker.push(guide);
    return guide;
  });
  try {
    const started = performance.now();
    const images = yield* sampleMany(model, {
      labels,
      rule,
      sampler: samplerOf(settings.sampler),
      steps: settings.steps,
      guidanceScale: settings.scale,
      seed: settings.seed,
      startImage: settings.start === "training-end" ? meanImage(loadMnist()) : undefined,
    });
    return { images, labels, seconds: (performance.now() - started) / 1000 };
  } finally {
    for (const loaded of [model, ...weaker]) loaded.dispose();
  }
}

/** Samples and scores a point, yielding every sampling step. */
export function* runPoint(settings: PointSettings, measuring: Measuring): Generator<ManyProgress, Point> {
  const { images, labels, seconds } = yield* samplePoint(settings);
  return { settings, score: score(measuring.judge, measuring.reference, images, labels), seconds };
}

/** The weights of a point: the network's, and the weaker one's of autoguidance. */
function weightsOf({ weights, rule }: PointSettings): string[] {
  return "guide" in rule ? [weights, rule.guide] : [weights];
}

/**
 * Checks that every point can be sampled; needs no engine.
 * @throws RangeError or Error when a setting is unknown or out of range, or does not fit the weights or the others
 */
export function checkPoints(points: PointSettings[]): void {
  const names = new Set(points.flatMap(weightsOf));
  const models = new Map([...names].map((weights) => [weights, uncalledModel(weights)]));
  for (const { weights, rule, sampler, steps, scale, n, seed } of points) {
    labelsFor(n);
    checkSampling(models.get(weights)!, {
      labels: [0],
      rule: ruleOf(rule, (guide) => models.get(guide)!),
      sampler: samplerOf(sampler),
      steps,
      guidanceScale: scale,
      seed,
    });
  }
}

/** A model of these weights that is only checked, never asked: no network is built for it. */
function uncalledModel(weights: string): Model {
  const { info } = loadWeights(weights);
  const predict = (): never => {
    throw new Error(`the network of ${weights} is only checked, not asked.`);
  };
  return createModel(predict, { predicts: info.predicts, schedule: trainedSchedule(info) });
}

/** How far {@link sweep} is. */
export interface SweepProgress {
  settings: PointSettings;
  /** Points there are already, and how many there will be. */
  done: number;
  points: number;
  /** The steps of the point in work; null when it has just been added to the study. */
  step: ManyProgress | null;
}

/**
 * Adds points to a study, those that it has not yet; and a floor for each n. Yields every sampling step and after every
 * point; what is in the study then may be saved.
 * @throws RangeError or Error before anything is sampled, when a setting of any point is unknown or out of range
 */
export function* sweep(
  points: PointSettings[],
  study: Study,
  measuring: Measuring,
): Generator<SweepProgress> {
  checkPoints(points);
  for (const n of new Set(points.map((point) => point.n)))
    if (!study.floors.some((floor) => floor.n === n))
      study.floors.push(floorOf(measuring.judge, measuring.reference, n));
  const missing = points.filter((settings) => !findPoint(study, settings));
  for (const settings of missing) {
    if (findPoint(study, settings)) continue; // another sweep into the same file was quicker
    const done = points.length - missing.length + missing.indexOf(settings);
    const run = runPoint(settings, measuring);
    try {
      let next = run.next();
      for (; !next.done; next = run.next()) yield { settings, done, points: points.length, step: next.value };
      study.points.push(next.value);
    } finally {
      run.return(undefined as never); // frees the tensors of the point in work if we are ended early
    }
    for (const weights of weightsOf(settings)) study.hashes[weights] ??= hashOf(weights);
    yield { settings, done: done + 1, points: points.length, step: null };
  }
}
