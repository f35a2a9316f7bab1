/**
 * A model: what predicts, what it predicts, and on which schedule. Samplers and guidance know no more of a network: each
 * image has a condition, here a label, and there is one that stands for none.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { IMAGE_SHAPE, NULL_LABEL } from "./digits";
import type { Predicts } from "./prediction";
import { checkTimesteps, linearSchedule, type Schedule } from "./schedule";
import { checkLabels, checkShape } from "./validate";

/**
 * A prediction for noisy images x [n, height, width, channels] at timestep t, with a label for each; of the same shape. A
 * guided network is told the guidance scale of each, too.
 */
export type Predict<Label = number> = (
  x: tf.Tensor4D,
  t: number,
  labels: Label[],
  guidanceScale?: readonly number[],
) => tf.Tensor4D;

/** What can be sampled from: see {@link createModel}. A label is a digit, or whatever else the network is told of an image. */
export interface Model<Label = number> {
  predict(x: tf.Tensor4D, t: number, labels: Label[], guidanceScale?: readonly number[]): tf.Tensor4D;
  /** Whether it takes the guidance scale itself: its prediction is guided, and one pass is enough. */
  readonly guided?: boolean;
  readonly predicts: Predicts;
  readonly schedule: Schedule;
  /** The label that asks without one. */
  readonly nullLabel: Label;
  /** Height, width and channels of an image. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** @throws RangeError when one of the labels cannot be asked for */
  checkLabels(name: string, labels: readonly Label[]): void;
}

/** Options of {@link createModel}. */
export interface CreateModelOptions<Label = number> {
  /** What the function predicts: the noise by default. */
  predicts?: Predicts;
  /** Whether the function takes the guidance scales of the images as its fourth argument, and guides by itself. */
  guided?: boolean;
  /** What it was made for: the seed's linear schedule of 300 timesteps by default. */
  schedule?: Schedule;
  /** The label that asks without one: 10 by default. */
  nullLabel?: Label;
  /** Height, width and channels: [32, 32, 1] by default. */
  imageShape?: readonly [height: number, width: number, channels: number];
  /** Throws a RangeError for labels that cannot be asked for; by default numbers must be digits or the null label. */
  checkLabels?: (name: string, labels: readonly Label[]) => void;
}

/**
 * Makes a model of a function, such as a network of one's own.
 * @param predict is asked with images [n, height, width, channels], one timestep of the schedule and n labels
 * @example
 * const nothing = cfg.createModel((x) => tf.zerosLike(x));
 * cfg.sampleAll(nothing, { labels: [3], sampler: cfg.ddim(), steps: 2 }).shape // [1, 32, 32, 1]
 */
export function createModel<Label = number>(
  predict: Predict<Label>,
  options: CreateModelOptions<Label> = {},
): Model<Label> {
  const { predicts = "noise", guided, schedule = linearSchedule(), imageShape = IMAGE_SHAPE } = options;
  const nullLabel = options.nullLabel ?? (NULL_LABEL as Label);
  return {
    predicts,
    ...(guided && { guided }),
    schedule,
    nullLabel,
    imageShape,
    checkLabels: options.checkLabels ?? checkNumberLabels(nullLabel),
    predict(x, t, labels, guidanceScale) {
      checkTimesteps(schedule, [t]);
      const prediction = predict(x, t, labels, guidanceScale);
      checkShape("the model's prediction", prediction.shape, x.shape);
      return prediction;
    },
  };
}

/** Labels that are numbers are digits or the null label; of others only their maker knows. */
function checkNumberLabels<Label>(nullLabel: Label): Model<Label>["checkLabels"] {
  if (typeof nullLabel !== "number") return () => undefined;
  return (name, labels) => checkLabels(name, labels as readonly number[], nullLabel);
}

/** Throws unless what one network predicts may be put in place of what the other does. */
export function checkSameTask(who: string, one: Model<unknown>, other: Model<unknown>): void {
  if (one.predicts !== other.predicts)
    throw new RangeError(`${who} predicts ${one.predicts}, and the model that it guides ${other.predicts}.`);
  const [a, b] = [one.schedule, other.schedule];
  const same =
    a === b ||
    (a.timesteps === b.timesteps && a.alphaBars.every((alphaBar, t) => alphaBar === b.alphaBars[t]));
  if (!same) throw new RangeError(`${who} was trained on another schedule than the model that it guides.`);
}
