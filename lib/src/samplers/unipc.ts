/**
 * UniPC (Zhao et al., "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models", arXiv
 * 2302.04867) of order 2, for predicted images, with B(h) = exp(-h) - 1 ("bh2").
 *
 * The predictor is the step of DPM-Solver++(2M). The corrector asks the network nothing new: when it is asked about x_t for
 * the next step, its answer is first used to make the step that led to x_t again, better.
 */
import * as tf from "@tensorflow/tfjs-core";
import { convertPrediction } from "../prediction";
import { dpmSolverStep, halfLogSnr } from "./dpm-solver";
import type { Move, PastStep, Sampler } from "./sampler";

/**
 * The step from the one before to x_t, corrected (the paper's UniC, for predicted images). With h the way in half log-SNR
 * from there to here, E = exp(-h) - 1, m and m_previous the predicted images here and there, m_before the one before that:
 *
 * x_t = (sigma / sigma_previous) x_previous - a E (m_previous + rho_1 (m_before - m_previous) / r + rho_2 (m - m_previous)),
 *
 * r = (lambda_before - lambda_previous) / h. The weights rho solve a linear system of order 2, see {@link correctorWeights};
 * in the second step there is no m_before, and rho_2 is 1/2.
 */
function correct({ x0, alphaBar, past }: Pick<Move, "x0" | "alphaBar" | "past">): tf.Tensor4D {
  const [previous, before] = past as readonly [PastStep, PastStep?];
  const h = halfLogSnr(alphaBar) - halfLogSnr(previous.alphaBar);
  const [a, expm1] = [Math.sqrt(alphaBar), Math.expm1(-h)];
  return tf.tidy(() => {
    const stay = tf.mul(previous.xt, Math.sqrt((1 - alphaBar) / (1 - previous.alphaBar)));
    const weighted = (weight: number, image: tf.Tensor4D): tf.Tensor =>
      tf.mul(tf.sub(image, previous.x0), -a * expm1 * weight);
    const first = tf.sub(stay, tf.mul(previous.x0, a * expm1));
    if (!before) return tf.add<tf.Tensor4D>(first, weighted(1 / 2, x0));
    const r = (halfLogSnr(before.alphaBar) - halfLogSnr(previous.alphaBar)) / h;
    const [rho1, rho2] = correctorWeights(h, r);
    return tf.addN<tf.Tensor4D>([
      first as tf.Tensor4D,
      weighted(rho1 / r, before.x0) as tf.Tensor4D,
      weighted(rho2, x0) as tf.Tensor4D,
    ]);
  });
}

/**
 * The weights that the conditions of order 2 ask for: rho_1 + rho_2 = b_1 and r rho_1 + rho_2 = b_2 (as in diffusers'
 * UniPCMultistepScheduler).
 */
function correctorWeights(h: number, r: number): [rho1: number, rho2: number] {
  const expm1 = Math.expm1(-h);
  const phi2 = expm1 / -h - 1;
  const phi3 = phi2 / -h - 1 / 2;
  const [b1, b2] = [phi2 / expm1, (2 * phi3) / expm1];
  const rho1 = (b1 - b2) / (1 - r);
  return [rho1, b1 - rho1];
}

/** UniPC of order 2: adds no noise; as many passes as DPM-Solver++(2M). */
export const uniPc: Sampler = {
  name: "unipc",
  addsNoise: false,
  usesEps: false, // the noise in the corrected x_t is not the one that was predicted
  minAlphaBar: 2 ** -24, // as diffusers does; 0 has no logarithm
  correct,
  step(move) {
    const eps = convertPrediction(move.x0, "x0", "noise", move);
    const next = dpmSolverStep({ ...move, eps });
    eps.dispose();
    return next;
  },
};
