/** The reverse process of DDPM (Ho, Jain and Abbeel, arXiv 2006.11239, algorithm 2), with sigma_t^2 = beta_t. */
import * as tf from "@tensorflow/tfjs-core";
import type { Schedule } from "../schedule";

/**
 * One step from x_t to x_{t-1}:
 * x_{t-1} = (x_t - beta_t / sqrt(1 - alphaBar_t) eps) / sqrt(alpha_t) + sigma_t z.
 * @param xt images [n, height, width, channels] at timestep t
 * @param eps the predicted noise, after guidance
 * @param z standard normal noise; null at t = 0, where the mean itself is the result
 */
export function ddpmStep(
  { betas, alphas, alphaBars }: Schedule,
  t: number,
  xt: tf.Tensor4D,
  eps: tf.Tensor4D,
  z: tf.Tensor4D | null,
): tf.Tensor4D {
  return tf.tidy(() => {
    const mean = tf.div<tf.Tensor4D>(
      tf.sub(xt, tf.mul(eps, betas[t] / Math.sqrt(1 - alphaBars[t]))),
      Math.sqrt(alphas[t]),
    );
    return z ? tf.add<tf.Tensor4D>(mean, tf.mul(z, Math.sqrt(betas[t]))) : mean;
  });
}
