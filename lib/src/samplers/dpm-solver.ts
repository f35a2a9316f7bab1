/**
 * DPM-Solver++(2M) (Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling", arXiv 2211.01095, algorithm 2), and
 * SDE-DPM-Solver++(2M), the same with fresh noise in every step but the last (its formula as in diffusers'
 * DPMSolverMultistepScheduler).
 */
import * as tf from "@tensorflow/tfjs-core";
import { weightedSum } from "../weighted-sum";
import { ddimStep } from "./ddim";
import type { Move, PastStep, Sampler } from "./sampler";

/** Half the logarithm of the signal-to-noise ratio, lambda = log(sqrt(alphaBar) / sqrt(1 - alphaBar)). */
export function halfLogSnr(alphaBar: number): number {
  return Math.log(alphaBar / (1 - alphaBar)) / 2;
}

/** Of the steps before, the images and their alphaBars count. */
interface DpmSolverMove extends Omit<Move, "past"> {
  past: readonly Pick<PastStep, "x0" | "alphaBar">[];
}

/**
 * One step, second order: DDIM's step (the first-order one) and a correction from how the predicted image changed since
 * the step before. With h = lambdaNext - lambda and r = (lambda - lambdaPrevious) / h the correction is
 * sqrt(alphaBarNext) (1 - exp(-h)) / (2 r) (x_0 - previous x_0). First and last step have none: there is no step before
 * the first, and h is infinite in the last.
 * @param sde with fresh noise: the first-order step is DDIM's with eta = 1, and the correction has exp(-2 h) for exp(-h)
 * @example
 * const [x0, eps] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * const move = { xt: x0, x0, eps, alphaBar: 0.25, alphaBarNext: 0.64, z: null, past: [] };
 * cfg.dpmSolverStep(move).dataSync()[0] // 0.8
 */
export function dpmSolverStep(move: DpmSolverMove, { sde = false }: { sde?: boolean } = {}): tf.Tensor4D {
  const { x0, alphaBar, alphaBarNext } = move;
  const [previous] = move.past as readonly (DpmSolverMove["past"][number] | undefined)[];
  const first = ddimStep(move, sde ? 1 : 0);
  if (!previous || alphaBarNext === 1) return first;
  const lambda = halfLogSnr(alphaBar);
  const h = halfLogSnr(alphaBarNext) - lambda;
  const r = (lambda - halfLogSnr(previous.alphaBar)) / h;
  const weight = (Math.sqrt(alphaBarNext) * (1 - Math.exp(sde ? -2 * h : -h))) / (2 * r);
  const next = tf.tidy(() => weightedSum(1, first, weight, tf.sub(x0, previous.x0)));
  first.dispose();
  return next;
}

/** DPM-Solver++(2M): adds no noise. */
export const dpmSolver: Sampler = {
  name: "dpm-solver",
  addsNoise: false,
  usesEps: true,
  minAlphaBar: 2 ** -24, // as diffusers does; 0 has no logarithm
  step: (move) => dpmSolverStep(move),
};

/**
 * SDE-DPM-Solver++(2M): as many passes, and fresh noise in every step but the last, which washes out what went wrong in earlier ones
 * as DDPM's does. Without the correction it would be DDIM with eta = 1.
 */
export const sdeDpmSolver: Sampler = {
  ...dpmSolver,
  name: "sde-dpm-solver",
  addsNoise: true,
  step: (move) => dpmSolverStep(move, { sde: true }),
};
