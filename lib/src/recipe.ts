/** How networks are trained: the facts that travel with weights, and the recipes that this project has tried. */
import {
  fieldProblem,
  type Fields,
  finite,
  isObject,
  flag,
  numberFrom,
  objectOf,
  oneOf,
  optional,
  positive,
  text,
  wholeFrom,
} from "./fields";
import type { Predicts } from "./prediction";
import {
  linearSchedule,
  type LinearScheduleOptions,
  MOST_TIMESTEPS,
  type Schedule,
  zeroTerminalSnrSchedule,
} from "./schedule";
import { smallUnet, type UnetDescription } from "./unet/description";
import { checkNumber, excerpt } from "./validate";

/** A normal distribution of the logit of t / timesteps: see `logitNormalTimesteps`. */
export interface LogitNormal {
  /** Finite; above 0 favours the noisier timesteps. */
  mean: number;
  /** Standard deviation, above 0. */
  std: number;
}

/** The facts that travel with weights. */
export interface WeightsInfo {
  /** A name for people, such as "seed". */
  recipe: string;
  /** Which noise schedule the network was trained on. */
  schedule: { kind: "linear" | "zero-terminal-snr" } & Required<LinearScheduleOptions>;
  /** What the network predicts. */
  predicts: Predicts;
  /** Share of labels dropped in training, 0..1. */
  labelDropout: number;
  batchSize: number;
  /** Whether each batch's timesteps were spread evenly over the schedule; not where it is absent. */
  spread?: boolean;
  /** Timesteps were logit-normal with these numbers; uniform where it is absent. */
  logitNormal?: LogitNormal;
  /** How many noisy versions of each image of a batch there were; one where it is absent. */
  noisesPerImage?: number;
  learningRate: number;
  /** The learning rate rose in a line over this many steps; absent where it started whole. */
  warmupSteps?: number;
  /** The learning rate fell to 0 along half a cosine over this many steps; absent where it stayed as it was. */
  decaySteps?: number;
  /** Steps of the whole run, where it was not of whole epochs. */
  steps?: number;
  /** Steps done when the weights were saved, and what one epoch has. */
  step: number;
  stepsPerEpoch: number;
  seed: number;
  /** Decay of the moving average that these weights are, or null for the plain weights. */
  emaDecay: number | null;
}

/**
 * The noise schedule that weights were trained on.
 * @example
 * cfg.trainedSchedule(model.info).alphaBars[299] // 0
 */
export function trainedSchedule({ schedule }: Pick<WeightsInfo, "schedule">): Schedule {
  return schedule.kind === "linear" ? linearSchedule(schedule) : zeroTerminalSnrSchedule(schedule);
}

const BETA = {
  allowed: "a number above 0 and below 1",
  isAllowed: (value: unknown) => positive.isAllowed(value) && (value as number) < 1,
};

const SCHEDULE_FIELDS: Record<keyof WeightsInfo["schedule"], Fields[string]> = {
  kind: oneOf("linear", "zero-terminal-snr"),
  timesteps: wholeFrom(2, MOST_TIMESTEPS),
  betaStart: BETA,
  betaEnd: BETA,
};

/** What the facts may be, apart from the schedule's own: see {@link SCHEDULE_FIELDS}. */
const INFO_FIELDS: Record<Exclude<keyof WeightsInfo, "schedule">, Fields[string]> = {
  recipe: text,
  predicts: oneOf("noise", "v"),
  labelDropout: numberFrom(0, 1),
  batchSize: wholeFrom(1),
  spread: optional(flag),
  logitNormal: optional(objectOf({ mean: finite, std: positive }, "a finite mean and a std above 0")),
  noisesPerImage: optional(wholeFrom(1)),
  learningRate: positive,
  warmupSteps: optional(wholeFrom(1)),
  decaySteps: optional(wholeFrom(1)),
  steps: optional(wholeFrom(1)),
  step: wholeFrom(0),
  stepsPerEpoch: wholeFrom(1),
  seed: wholeFrom(0),
  emaDecay: {
    allowed: "a number from 0 to 1, or null",
    isAllowed: (value) => value === null || numberFrom(0, 1).isAllowed(value),
  },
};

/** The first of the facts that is missing, not allowed or unknown, in words; undefined where all is well. */
export function infoProblem({ schedule, ...info }: Record<string, unknown>): string | undefined {
  const problem = fieldProblem(info, INFO_FIELDS);
  if (problem !== undefined) return problem;
  if (schedule === undefined) return "schedule is missing; it must be an object";
  if (!isObject(schedule)) return `schedule is ${excerpt(schedule)}; it must be an object`;
  return fieldProblem(schedule, SCHEDULE_FIELDS, "schedule.");
}

/** What a recipe decides; the rest (how long, which seed) is decided where it is used. */
export interface Recipe extends Pick<
  WeightsInfo,
  "predicts" | "batchSize" | "spread" | "logitNormal" | "noisesPerImage" | "warmupSteps"
> {
  schedule: WeightsInfo["schedule"]["kind"];
  /** The network's form: the seed's where it is absent. */
  network?: UnetDescription;
  /** 0.001 where it is absent. */
  learningRate?: number;
  /** Share of labels dropped: 0.1 where it is absent. */
  labelDropout?: number;
  /**
   * Length of the moving average of the weights, as a share of the run, above 0 and at most 1: over a run of 3,000 steps
   * and with 0.05 it is 150 steps, a decay of 1 - 1/150. Without it the decay is 0.999, whatever the run's length.
   */
  averageShare?: number;
  /** Whether the learning rate falls to 0 along half a cosine over the run. */
  decay: boolean;
}

/**
 * The decay of the moving average that a recipe asks for, over a run of so many steps.
 * @throws RangeError when `averageShare` is not above 0 and at most 1
 */
export function emaDecayOf({ averageShare }: Pick<Recipe, "averageShare">, steps: number): number {
  if (averageShare === undefined) return 0.999;
  checkNumber("averageShare", averageShare, Number.MIN_VALUE, 1);
  return 1 - 1 / Math.max(1, averageShare * steps);
}

/** The seed's recipe, those tried on the way, the repaired one, the refined one, and the small network's. */
export const RECIPES: Record<string, Recipe> = {
  seed: { schedule: "linear", predicts: "noise", batchSize: 128, decay: false },
  "zero-snr": { schedule: "zero-terminal-snr", predicts: "v", batchSize: 128, decay: false },
  "zero-snr-decay": { schedule: "zero-terminal-snr", predicts: "v", batchSize: 128, decay: true },
  "zero-snr-spread": {
    schedule: "zero-terminal-snr",
    predicts: "v",
    batchSize: 16,
    spread: true,
    decay: true,
  },
  repaired: { schedule: "zero-terminal-snr", predicts: "v", batchSize: 32, decay: true },
  refined: {
    schedule: "zero-terminal-snr",
    predicts: "v",
    batchSize: 32,
    noisesPerImage: 2,
    logitNormal: { mean: 0.4, std: 0.9 },
    learningRate: 0.002,
    warmupSteps: 200,
    decay: true,
  },
  small: {
    schedule: "zero-terminal-snr",
    predicts: "v",
    network: smallUnet,
    batchSize: 32,
    spread: true,
    logitNormal: { mean: 0, std: 0.9 },
    learningRate: 0.006,
    warmupSteps: 100,
    decay: true,
    averageShare: 0.04,
  },
};
