/** A small smooth model, whose answer depends on image, time and label, and what it says by a rule. */
import * as tf from "@tensorflow/tfjs-core";
import {
  createModel,
  ddim,
  guidedPrediction,
  type GuidanceRule,
  type Model,
  type Place,
  type Predict,
  type Predicts,
  sampleAll,
  type SampleOptions,
} from "cfg-lib";
import { noiseImages, SMALL_SHAPE } from "../small-images";

export const labels = [0, 4, 8];

/** The fourth of ten steps. */
export const place: Place = {
  t: 150,
  timesteps: 300,
  step: 4,
  steps: 10,
  alphaBar: 0.4,
  alphaBarNext: 0.6,
};

export const predict: Predict = (x, t, digits) =>
  tf.tidy(() => {
    const shift = tf.tensor4d(
      digits.map((digit) => (digit === 10 ? 0 : 0.3 - 0.1 * digit)),
      [digits.length, 1, 1, 1],
    );
    return tf.tanh(tf.add<tf.Tensor4D>(tf.mul(x, 0.9), tf.add(shift, 0.002 * t)));
  });

export const smallModel = createModel(predict, { imageShape: SMALL_SHAPE });

/** The same function, taken to predict something else. */
export const modelOf = (predicts: Predicts): Model =>
  createModel(predict, { predicts, imageShape: SMALL_SHAPE });

/** A worse one: it answers half of what the small model does. */
export const weakModel = createModel((x, t, digits) => tf.tidy(() => tf.mul(predict(x, t, digits), 0.5)), {
  imageShape: SMALL_SHAPE,
});

/** The model, and about how many images each of its calls has been. */
export function countCalls<Label>(model: Model<Label>): { model: Model<Label>; calls: number[] } {
  const calls: number[] = [];
  const counting: Model<Label> = {
    ...model,
    predict(x, t, some) {
      calls.push(some.length);
      return model.predict(x, t, some);
    },
  };
  return { model: counting, calls };
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** What a rule makes of the model's predictions for three images at one place. */
export function predictionBy(rule: GuidanceRule, w: number, model: Model = smallModel): Float32Array {
  return tf.tidy(() =>
    guidedPrediction(model, noiseImages(5), place, {
      labels,
      guidanceScale: w,
      rule,
    }).guided.dataSync<"float32">(),
  );
}

/** The images that ten steps of DDIM end in. */
export function imagesBy(options: Partial<SampleOptions>, model: Model = smallModel): Float32Array {
  return sampleAll(model, { labels, sampler: ddim(), steps: 10, ...options }).images;
}
