/** What a sampler is: one step from x_t to the next lower timestep, given what the network predicted at t. */
import type * as tf from "@tensorflow/tfjs-core";

/** What a sampler may use to make its step. All images [n, height, width, channels]. */
export interface Move {
  xt: tf.Tensor4D;
  /** The predicted clean images, after guidance and thresholding. */
  x0: tf.Tensor4D;
  /** The predicted noise in xt. */
  eps: tf.Tensor4D;
  /** alphaBar at t, and at the timestep that the step goes to: 1 in the last step. */
  alphaBar: number;
  alphaBarNext: number;
  /** Standard normal noise; null in the last step, and where the sampler asks for none. */
  z: tf.Tensor4D | null;
  /** The last two steps before this one, the latest first; fewer at the start. */
  past: readonly PastStep[];
}

/** What a sampler may know of an earlier step; `xt` is where it started, corrected where the sampler corrects. */
export type PastStep = Pick<Move, "xt" | "x0" | "alphaBar">;

/** A sampling algorithm. */
export interface Sampler {
  /** What it is called: in messages, and where it has one, the name that `samplerOf` knows. */
  name: string;
  /** Whether its steps add noise. */
  addsNoise: boolean;
  /** Whether its steps put predicted noise back: a rule that chooses which has no say otherwise. */
  usesEps: boolean;
  /** alphaBar is raised to this where it is smaller: a sampler that works with log(alphaBar) cannot take 0. */
  minAlphaBar: number;
  /** The images at the timestep that the step goes to, [n, height, width, channels]: a new tensor. */
  step: (move: Move) => tf.Tensor4D;
  /**
   * The end of the step before, made again with what the network has now said about it: the step from t starts here. Only
   * where there is a step before.
   */
  correct?: (reached: Pick<Move, "x0" | "alphaBar" | "past">) => tf.Tensor4D;
}
