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
  /** The step before this one; null in the first. */
  previous: PreviousStep | null;
}

/** What a sampler may know of an earlier step; its `xt` is the corrected one, where the sampler corrects. */
export interface PreviousStep extends Pick<Move, "xt" | "x0" | "alphaBar"> {
  /** The step before that one, if there was one. */
  before: Pick<Move, "x0" | "alphaBar"> | null;
}

/** A sampling algorithm. */
export interface Sampler {
  name: string;
  /** Whether its steps add noise. */
  addsNoise: boolean;
  /** Whether its steps put predicted noise back: a rule that chooses which has no say otherwise. */
  usesEps: boolean;
  /** alphaBar is raised to this where it is smaller: a sampler that works with log(alphaBar) cannot take 0. */
  minAlphaBar: number;
  step: (move: Move) => tf.Tensor4D;
  /**
   * x_t again, now that the network has been asked about it: the end of the step before, made with what was found there.
   * The step from t starts here. Asked in every step but the first.
   */
  correct?: (reached: Pick<Move, "x0" | "alphaBar"> & { previous: PreviousStep }) => tf.Tensor4D;
}
