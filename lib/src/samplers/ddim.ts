/** DDIM (Song, Meng and Ermon, "Denoising Diffusion Implicit Models", arXiv 2010.02502). */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber } from "../validate";
import { weightedSum } from "../weighted-sum";
import type { Move, Sampler } from "./sampler";

/**
 * x_next = sqrt(alphaBarNext) x_0 + sqrt(1 - alphaBarNext - sigma^2) eps + sigma z (equation 12), with
 * sigma = eta sqrt((1 - alphaBarNext) / (1 - alphaBar)) sqrt(1 - alphaBar / alphaBarNext) (equation 16): the predicted
 * image, with the predicted noise put back as far as the next timestep has it.
 * @example
 * const [x0, eps] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * cfg.ddimStep({ x0, eps, alphaBar: 0.25, alphaBarNext: 0.64, z: null }).dataSync()[0] // 0.8
 */
export function ddimStep(
  { x0, eps, alphaBar, alphaBarNext, z }: Pick<Move, "x0" | "eps" | "alphaBar" | "alphaBarNext" | "z">,
  eta: number = 0,
): tf.Tensor4D {
  const variance = eta ** 2 * ((1 - alphaBarNext) / (1 - alphaBar)) * (1 - alphaBar / alphaBarNext);
  if (alphaBarNext === 1) return tf.clone(x0);
  return tf.tidy(() => {
    const direction = Math.sqrt(Math.max(0, 1 - alphaBarNext - variance));
    const next = weightedSum(Math.sqrt(alphaBarNext), x0, direction, eps);
    return z ? weightedSum(1, next, Math.sqrt(variance), z) : next;
  });
}

/**
 * DDIM.
 * @param eta how much noise each step adds: 0 none (the same start always ends in the same image), 1 as much as DDPM
 * @throws RangeError unless 0 <= eta <= 1
 * @example
 * const sampler = cfg.ddim({ eta: 0.5 });
 * cfg.sampleAll(model, { labels: [3], sampler, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function ddim({ eta = 0 }: { eta?: number } = {}): Sampler {
  checkNumber("eta", eta, 0, 1);
  return {
    name: eta === 0 ? "ddim" : `ddim, eta ${eta}`,
    addsNoise: eta > 0,
    usesEps: true,
    minAlphaBar: 0,
    step: (move) => ddimStep(move, eta),
  };
}
