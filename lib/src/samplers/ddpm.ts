/** The reverse process of DDPM (Ho, Jain and Abbeel, arXiv 2006.11239, algorithm 2), with sigma_t^2 = beta_t. */
import * as tf from "@tensorflow/tfjs-core";
import { weightedSum } from "../weighted-sum";
import type { Move, Sampler } from "./sampler";

/**
 * The mean of q(x_{t-1} | x_t, x_0), and noise:
 * x_{t-1} = sqrt(alphaBarNext) beta / (1 - alphaBar) x_0 + sqrt(alpha) (1 - alphaBarNext) / (1 - alphaBar) x_t + sigma z
 * (equation 7). With x_0 from the predicted noise it is algorithm 2's line
 * (x_t - beta / sqrt(1 - alphaBar) eps) / sqrt(alpha) + sigma z, but it also holds where alphaBar is 0.
 * @example
 * const [x0, xt] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * cfg.ddpmStep({ x0, xt, alphaBar: 0.32, alphaBarNext: 0.64, z: null }).dataSync()[0] // 0.588
 */
export function ddpmStep({ xt, x0, alphaBar, alphaBarNext, z }: Omit<Move, "eps" | "past">): tf.Tensor4D {
  const alpha = alphaBar / alphaBarNext;
  const beta = 1 - alpha;
  const ofX0 = (Math.sqrt(alphaBarNext) * beta) / (1 - alphaBar);
  const ofXt = (Math.sqrt(alpha) * (1 - alphaBarNext)) / (1 - alphaBar);
  return tf.tidy(() => {
    const mean = weightedSum(ofX0, x0, ofXt, xt);
    return z ? weightedSum(1, mean, Math.sqrt(beta), z) : mean;
  });
}

/** DDPM: adds noise in every step but the last. Made for many steps; the seed's sampler takes all 300. */
export const ddpm: Sampler = {
  name: "ddpm",
  addsNoise: true,
  usesEps: false,
  minAlphaBar: 0,
  step: ddpmStep,
};
