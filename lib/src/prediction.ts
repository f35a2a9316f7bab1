/**
 * What a network predicts, and what follows from it. x_t = a x_0 + s eps with a = sqrt(alphaBar), s = sqrt(1 - alphaBar);
 * whoever knows x_t and one of eps, v and x_0 knows all three.
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkHoldsImage, perImage, type Schedule } from "./schedule";
import { weightedSum } from "./weighted-sum";

/**
 * The noise eps (Ho, Jain and Abbeel, arXiv 2006.11239), or the velocity v = a eps - s x_0 (Salimans and Ho,
 * arXiv 2202.00512, appendix D). Where alphaBar is 0 the image cannot be had from eps, but it can from v.
 */
export type Predicts = "noise" | "v";

/**
 * Throws unless clean images follow from what the network predicts at all these timesteps. It looks at the schedule
 * itself: a sampler that needs the logarithm of alphaBar works with one that is raised above 0, where nothing shows.
 * @throws RangeError where alphaBar is 0 and the network predicts the noise, or alphaBar is no number from 0 to below 1
 */
export function checkDenoisable(
  predicts: Predicts,
  { alphaBars }: Schedule,
  timesteps: readonly number[],
): void {
  for (const t of timesteps) {
    const alphaBar = alphaBars[t];
    if (!(alphaBar >= 0 && alphaBar < 1))
      throw new RangeError(
        `alphaBar is ${alphaBar} at timestep ${t}; where the network is asked, it must be a number from 0 to below 1.`,
      );
    if (predicts === "noise") checkHoldsImage(alphaBar, t);
  }
}

/** The three views of one prediction. */
export type View = Predicts | "x0";

/**
 * One view of a prediction from another.
 * @param value the prediction, as `from` [n, height, width, channels]
 * @param at the noisy images x_t that it was made for (same shape), and alphaBar at their timestep, 0..1
 * @throws RangeError where alphaBar is 0 and the view cannot be had: x0 or v from noise
 * @example
 * const [xt, v] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R4>([1, 2, 2, 1])];
 * cfg.convertPrediction(v, "v", "x0", { xt, alphaBar: 0.64 }).dataSync()[0] // 0.8
 */
export function convertPrediction(
  value: tf.Tensor4D,
  from: View,
  to: View,
  { xt, alphaBar }: { xt: tf.Tensor4D; alphaBar: number },
): tf.Tensor4D {
  if (from === to) return tf.clone(value);
  const [a, s] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
  if (from === "noise") checkHoldsImage(alphaBar);
  if (from === "x0" && s === 0)
    throw new RangeError("alphaBar is 1 at this timestep: x_t holds no noise, and none follows from x_0.");
  if (from === "v") return to === "x0" ? weightedSum(a, xt, -s, value) : weightedSum(s, xt, a, value);
  if (from === "noise")
    return to === "x0" ? weightedSum(1 / a, xt, -s / a, value) : weightedSum(-s / a, xt, 1 / a, value);
  return to === "noise" ? weightedSum(1 / s, xt, -a / s, value) : weightedSum(a / s, xt, -1 / s, value);
}

/**
 * What the network is to predict in training.
 * @param x0 images [n, height, width, 1]
 * @param timesteps n timesteps
 * @param noise the noise in x_t, the shape of x0
 */
export function trainingTarget(
  predicts: Predicts,
  schedule: Schedule,
  x0: tf.Tensor4D,
  timesteps: ArrayLike<number>,
  noise: tf.Tensor4D,
): tf.Tensor4D {
  if (predicts === "noise") return tf.clone(noise);
  return tf.tidy(() => {
    const a = perImage(schedule.alphaBars, timesteps, Math.sqrt);
    const s = perImage(schedule.alphaBars, timesteps, (alphaBar) => Math.sqrt(1 - alphaBar));
    return weightedSum(a, noise, tf.neg(s), x0);
  });
}
