/**
 * A guidance rule turns two predictions into one. Predictions are the network's own outputs, noise or v, unless the rule
 * is wrapped by `inSpace`. A student's own rule is one function: `customRule("mine", (u, c, { scales }) => ...)`.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Predict, Predicts } from "../prediction";
import { checkShape } from "../validate";

/** Where in sampling a rule is asked. */
export interface Place {
  /** The timestep that the network is asked at, and how many the schedule has. */
  t: number;
  timesteps: number;
  /** Counts from 0. */
  step: number;
  steps: number;
  /** alphaBar at t, and at the timestep that the sampler goes to (1 at the end). */
  alphaBar: number;
  alphaBarNext: number;
}

/** What a rule may know beside the two predictions. */
export interface Known extends Place {
  /** The noisy images [n, height, width, channels]. */
  xt: tf.Tensor4D;
  /** What the predictions are of. */
  predicts: Predicts;
  /** w of each image. */
  scales: readonly number[];
  /** What the network of `alsoAsk` answered, if the rule has one. */
  alsoAsked?: tf.Tensor4D;
  /** The rule's own memory of this run: kept from step to step, freed at the end. */
  state: Map<string, tf.Tensor>;
}

/** Two predictions [n, height, width, channels] become one: u without the label (or of a weaker network), c with it. */
export type Combine = (u: tf.Tensor4D, c: tf.Tensor4D, known: Known) => tf.Tensor4D;

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
  weak?: Predict;
  /** A weaker network that is asked beside the two passes, with the same labels. */
  alsoAsk?: Predict;
}

/** A rule that returns one prediction. */
export interface OnePredictionRule extends RuleBase {
  combine: Combine;
}

/** A rule that returns two, one to denoise and one to renoise. */
export interface TwoPredictionRule extends RuleBase {
  combineTwo: (u: tf.Tensor4D, c: tf.Tensor4D, known: Known) => TwoPredictions;
}

export type GuidanceRule = OnePredictionRule | TwoPredictionRule;

/** A rule of one's own. Both passes are always run for it. */
export function customRule(name: string, combine: Combine): OnePredictionRule {
  return { name, onePassAt: [], combine };
}

/**
 * Asks a rule, and checks what it answers.
 * @throws RangeError when the answer is no prediction of the right shape
 */
export function askRule(rule: GuidanceRule, u: tf.Tensor4D, c: tf.Tensor4D, known: Known): TwoPredictions {
  const checked = (answer: unknown): tf.Tensor4D => {
    const name = `what the guidance rule "${rule.name}" returned`;
    if (!(answer instanceof tf.Tensor))
      throw new RangeError(`${name} is ${String(answer)}; it must be a tensor [${u.shape.join(", ")}].`);
    checkShape(name, answer.shape as number[], u.shape);
    return answer as tf.Tensor4D;
  };
  if ("combineTwo" in rule) {
    const two = rule.combineTwo(u, c, known) as Partial<TwoPredictions> | undefined; // a rule may be a student's
    const { denoise, renoise } = two ?? {};
    return { denoise: checked(denoise), renoise: checked(renoise) };
  }
  const answer = checked(rule.combine(u, c, known));
  return { denoise: answer, renoise: answer };
}
