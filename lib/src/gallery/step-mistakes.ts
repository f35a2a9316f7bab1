/** Four mistakes on the way from one timestep to the next. */
import * as tf from "@tensorflow/tfjs-core";
import { guide } from "../guidance/plain";
import type { TwoPredictionRule } from "../guidance/rule";
import type { Model } from "../model";
import { convertPrediction } from "../prediction";
import { normal } from "../random";
import { ddimStep } from "../samplers/ddim";
import type { Sampler } from "../samplers/sampler";
import type { Schedule } from "../schedule";

// BEGIN last-noise
/** The variance of the last step is 0, and its logarithm is none: so the one before is taken, and its noise is added. */
export function noiseAtTheEnd(): Sampler {
  let sigma = 0;
  return {
    name: "ddim, eta 1",
    addsNoise: true,
    usesEps: true,
    minAlphaBar: 0,
    step(move) {
      const { alphaBar, alphaBarNext, x0 } = move;
      const variance = ((1 - alphaBarNext) / (1 - alphaBar)) * (1 - alphaBar / alphaBarNext);
      if (variance > 0) sigma = Math.sqrt(variance);
      if (move.z) return ddimStep(move, 1);
      const z = tf.tensor4d(normal(x0.size, 0), x0.shape);
      return tf.add(ddimStep(move, 1), tf.mul(z, sigma));
    },
  };
}
// END last-noise

// BEGIN alpha
/** The product over the timesteps was forgotten: alphas stand where alphaBars belong. */
export const withoutProduct = (schedule: Schedule): Schedule => ({ ...schedule, alphaBars: schedule.alphas });
// END alpha

// BEGIN off-by-one
/** The loop counts from the next place: the network is told the timestep that the step goes to. */
export function offByOne(model: Model, timesteps: readonly number[]): Model["predict"] {
  return (x, t, labels) => model.predict(x, timesteps.find((next) => next < t) ?? 0, labels);
}
// END off-by-one

// BEGIN clip
/** The image is cut to [-1, 1], the noise stays that of the image before: together they no longer make x_t. */
export const clipWithoutNoise: TwoPredictionRule = {
  name: "plain",
  onePassAt: [],
  combineTwo(u, c, { guidanceScale, predicts, xt, alphaBar }) {
    const guided = guide(u, c, guidanceScale);
    const x0 = convertPrediction(guided, predicts, "x0", { xt, alphaBar });
    const cut = convertPrediction(tf.clipByValue(x0, -1, 1), "x0", predicts, { xt, alphaBar });
    return { denoise: cut, renoise: guided };
  },
};
// END clip
