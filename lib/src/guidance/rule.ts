/**
 * A guidance rule turns two predictions into one. Predictions are the network's own outputs, noise or v, unless the rule
 * is wrapped by `inSpace`. A student's own rule is one function: `(u, c, { guidanceScale }) => ...`.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../model";
import type { Predicts } from "../prediction";
import type { Schedule } from "../schedule";
import { checkShape } from "../validate";
import type { RuleMemory } from "./rule-memory";

/** A place in sampling: one of the timesteps that are visited. */
export interface Place {
  /** The timestep that the network is asked at, and how many the schedule has. */
  t: number;
  timesteps: number;
  /** Counts from 1 to `steps`. */
  step: number;
  steps: number;
  /** alphaBar at t, and at the timestep that the sampler goes to (1 at the end). */
  alphaBar: number;
  alphaBarNext: number;
}

/**
 * The places of a way through a schedule, one for each timestep.
 * @param timesteps falling, such as those of `trailingTimesteps`
 * @example
 * cfg.placesOf(cfg.linearSchedule(), [299, 149]).map(({ step, steps }) => `${step} of ${steps}`) // ["1 of 2", "2 of 2"]
 */
export function placesOf({ timesteps: all, alphaBars }: Schedule, timesteps: readonly number[]): Place[] {
  return timesteps.map((t, i) => ({
    t,
    timesteps: all,
    step: i + 1,
    steps: timesteps.length,
    alphaBar: alphaBars[t],
    alphaBarNext: i + 1 < timesteps.length ? alphaBars[timesteps[i + 1]] : 1,
  }));
}

/** What a rule may know beside the two predictions. */
export interface RuleContext extends Place {
  /** The noisy images [n, height, width, channels]. */
  xt: tf.Tensor4D;
  /** What the predictions are of. */
  predicts: Predicts;
  /** w of each image. */
  guidanceScale: readonly number[];
  /** What the rule's third network answered, if it has one. */
  third?: tf.Tensor4D;
  /** What the rule keeps from step to step. */
  memory: RuleMemory;
}

/** Two predictions [n, height, width, channels] become one: u without the label (or of a weaker network), c with it. */
export type Combine = (u: tf.Tensor4D, c: tf.Tensor4D, context: RuleContext) => tf.Tensor4D;

/** A step that takes the clean image from one prediction and the noise to go on with from another. */
export interface TwoPredictions {
  denoise: tf.Tensor4D;
  renoise: tf.Tensor4D;
}

interface RuleBase {
  name: string;
  /** The scale that is used at this place; a pass that it makes needless is not run. Without it: w everywhere. */
  scaleAt?: (w: number, place: Place) => number;
  /** Scales at which one pass is the whole answer, and the rule is not called: 0 the one without label, 1 the one with it. */
  onePassAt: readonly (0 | 1)[];
  /** A weaker network that is asked, with the same labels, in place of the pass without label. */
  weak?: Model<unknown>;
  /** A network that is asked beside the two passes, with the same labels: `third` is its answer. */
  third?: Model<unknown>;
}

/** A rule that returns one prediction. */
export interface OnePredictionRule extends RuleBase {
  combine: Combine;
}

/** A rule that returns two, one to denoise and one to renoise. */
export interface TwoPredictionRule extends RuleBase {
  combineTwo: (u: tf.Tensor4D, c: tf.Tensor4D, context: RuleContext) => TwoPredictions;
}

export type GuidanceRule = OnePredictionRule | TwoPredictionRule;

/**
 * A rule of one's own. Both passes are always run for it.
 * @example
 * const half = cfg.customRule("half", (u, c) => tf.div(tf.add(u, c), 2));
 * cfg.sampleAll(model, { labels: [3], rule: half, sampler: cfg.ddim(), steps: 2 }).shape // [1, 32, 32, 1]
 */
export function customRule(name: string, combine: Combine): OnePredictionRule {
  return { name, onePassAt: [], combine };
}

/**
 * Asks a rule, and checks what it answers: a rule may be a student's.
 * @throws RangeError when the answer is no prediction of the right shape
 */
export function combineBy(
  rule: GuidanceRule,
  u: tf.Tensor4D,
  c: tf.Tensor4D,
  context: RuleContext,
): TwoPredictions {
  const checkAnswer = (answer: unknown): tf.Tensor4D => {
    const name = `what the guidance rule "${rule.name}" returned`;
    if (!(answer instanceof tf.Tensor))
      throw new RangeError(`${name} is ${String(answer)}; it must be a tensor [${u.shape.join(", ")}].`);
    checkShape(name, answer.shape as number[], u.shape);
    return answer as tf.Tensor4D;
  };
  if ("combineTwo" in rule) {
    const two = rule.combineTwo(u, c, context) as Partial<TwoPredictions> | undefined;
    return { denoise: checkAnswer(two?.denoise), renoise: checkAnswer(two?.renoise) };
  }
  const answer = checkAnswer(rule.combine(u, c, context));
  return { denoise: answer, renoise: answer };
}
