/** A training of one's own, as long as one has time: it can be stopped, goes on where it was, and is kept. Node only. */
import { batches, type Dataset } from "mnist-data-loader";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { initialStateDict } from "../nn/parameters";
import { emaDecayOf, type Recipe, trainedSchedule, type WeightsInfo } from "../recipe";
import { type TrainedModel, trainedModel } from "../trained-model";
import { describeUnet, seedUnet, type UnetDescription } from "../unet/description";
import { unetShapes } from "../unet/shapes";
import { checkInteger, checkPositive } from "../validate";
import type { Weights } from "../weights/decode-weights";
import { makeOwnFolder, OWN_FOLDER, checkOwnName } from "../weights/own";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint";
import { LossLog } from "./loss-log";
import { train, type TrainingStep } from "./train";
import { Trainer } from "./trainer";

/** Options of {@link openRun}. */
export interface RunOptions {
  recipe: Recipe;
  /** The digits to train on. */
  data: Dataset;
  /** How long training may take, in seconds: how many steps that makes is measured when a run is begun. */
  seconds: number;
  /** Or how many steps it has, to have a run again that another machine did. */
  steps?: number;
  /** Whole number: weights, order of the digits, noise, timesteps and dropped labels follow from it. */
  seed?: number;
}

/** The facts of weights that are an average. */
type RunInfo = WeightsInfo & { emaDecay: number };

/** A training run with a name; its checkpoint is in the folder `models/`. */
export interface TimedRun {
  readonly name: string;
  /** All that decides it. */
  readonly info: WeightsInfo;
  /** Steps of the whole run, and those done. */
  readonly steps: number;
  readonly step: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** The loss of every step so far. */
  losses(): Float32Array;
  /** Trains on, a step at a time. Leave the loop to stop: what was done is saved. */
  train(): Generator<TrainingStep, void>;
  /** The moving average of the weights. */
  weights(): Weights;
  /** A model of them; call its `dispose` when it is no longer needed. */
  model(): TrainedModel;
  /** Frees the run's tensors; its checkpoint stays. */
  dispose(): void;
}

/**
 * Begins a training run, or goes on with the one of this name.
 * @param name letters, digits, - and _: the file is `models/NAME.checkpoint.safetensors`
 * @throws RangeError on a budget of no time, or a recipe that does not fit
 * @throws Error when the run of this name has another recipe
 * @example
 * const run = cfg.openRun("try", { recipe: cfg.RECIPES.small, data: mnist, seconds: 60, steps: 2 });
 * for (const { step } of run.train()) console.log(step);
 * run.model().predicts // "v"
 */
export function openRun(name: string, options: RunOptions): TimedRun {
  checkOwnName(name);
  checkPositive("seconds", options.seconds);
  if (options.steps !== undefined) checkInteger("steps", options.steps, 1, Infinity);
  const file = path.join(OWN_FOLDER, `${name}.checkpoint.safetensors`);
  const earlier = loadCheckpoint(file);
  const steps = earlier?.info.steps ?? options.steps ?? stepsIn(options);
  const info = infoOf(options, steps);
  const { recipe, seed = 0 } = options;
  if (earlier) {
    const network = { found: describeUnet(earlier.state.model), asked: recipe.network ?? seedUnet };
    checkSameRun({ ...earlier.info, network: network.found }, { ...info, network: network.asked }, file);
  }
  const trainer = new Trainer({
    start: earlier?.state ?? initialStateDict(seed, unetShapes(recipe.network)),
    learningRate: info.learningRate,
    emaDecay: info.emaDecay,
  });
  const log = new LossLog(earlier?.losses);
  let seconds = earlier?.seconds ?? 0;
  const weights = (): Weights => ({
    state: trainer.emaStateDict(),
    info: { ...info, step: trainer.step },
  });
  return {
    name,
    info,
    steps,
    get step() {
      return trainer.step;
    },
    get seconds() {
      return seconds;
    },
    losses: () => log.values(),
    *train() {
      makeOwnFolder();
      let began = performance.now();
      try {
        for (const step of train(trainer, trainOptions(options, info))) {
          log.add(step.loss);
          seconds += (performance.now() - began) / 1000;
          yield step;
          began = performance.now(); // pictures that are drawn between two steps are not training
        }
      } finally {
        saveCheckpoint(file, { state: trainer.state(), info, losses: log.values(), seconds });
      }
    },
    weights,
    model: () => trainedModel(weights()),
    dispose: () => trainer.dispose(),
  };
}

/** What decides a run, and travels with its weights, which are the average of the run's. */
function infoOf({ recipe, data, seed = 0 }: RunOptions, steps: number): RunInfo {
  const { predicts, batchSize, spread, logitNormal, noisesPerImage, warmupSteps } = recipe;
  return {
    recipe: "own",
    schedule: { kind: recipe.schedule, timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
    ...withoutUndefined({ predicts, batchSize, spread, logitNormal, noisesPerImage, warmupSteps }),
    labelDropout: recipe.labelDropout ?? 0.1,
    learningRate: recipe.learningRate ?? 0.001,
    ...(recipe.decay && { decaySteps: steps }),
    steps,
    step: 0,
    stepsPerEpoch: batches(data, { batchSize: recipe.batchSize }).length,
    seed,
    emaDecay: emaDecayOf(recipe, steps),
  };
}

function trainOptions(
  { recipe: { batchSize }, data }: Pick<RunOptions, "recipe" | "data">,
  info: WeightsInfo,
): Parameters<typeof train>[1] {
  const { predicts, spread, logitNormal, noisesPerImage, labelDropout, warmupSteps, decaySteps, seed } = info;
  return {
    ...{ predicts, spread, logitNormal, noisesPerImage, labelDropout, warmupSteps, decaySteps, seed },
    schedule: trainedSchedule(info),
    steps: info.steps,
    batches: (where) => batches(data, { ...where, batchSize, seed }),
  };
}

/** Steps that are left out when a step is timed: the first compiles the graph. */
const WARM_UP_STEPS = 3;
const TIMED_STEPS = 12;

/** How many steps of a recipe fit into the time, on this machine. */
function stepsIn(options: RunOptions): number {
  const { recipe, seconds } = options;
  const trainer = new Trainer({ start: initialStateDict(0, unetShapes(recipe.network)) });
  const info = infoOf(options, WARM_UP_STEPS + TIMED_STEPS);
  const took: number[] = [];
  let began = performance.now();
  for (const { loss } of train(trainer, trainOptions(options, info))) {
    loss.dataSync();
    took.push((performance.now() - began) / 1000);
    began = performance.now();
  }
  trainer.dispose();
  const sorted = took.slice(WARM_UP_STEPS).sort((a, b) => a - b);
  return Math.max(1, Math.floor(seconds / sorted[Math.floor(sorted.length / 2)]));
}

/** An absent field and one that is undefined are the same in a file. */
function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

/** Throws where the run of this name was begun with another recipe. */
function checkSameRun(
  found: WeightsInfo & { network: UnetDescription },
  asked: WeightsInfo & { network: UnetDescription },
  file: string,
): void {
  const [made, wanted] = [found, asked].map((info): Record<string, unknown> => ({ ...info, step: 0 }));
  const fields = [...new Set([...Object.keys(made), ...Object.keys(wanted)])];
  const other = fields.find((field) => !isDeepStrictEqual(made[field], wanted[field]));
  if (other === undefined) return;
  throw new Error(
    `${file} is of a run whose ${other} is ${JSON.stringify(made[other])}; this recipe has ` +
      `${JSON.stringify(wanted[other])}. Give this run another name, or delete the file to begin anew.`,
  );
}
