/** One step of sampling, as the caller of `sample` sees it. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Place } from "../guidance/rule";
import { convertPrediction, type Predicts } from "../prediction";

/**
 * One step of sampling, from x_t to the next lower timestep. The tensors are [n, height, width, channels] and live until
 * the next step is asked for; clone those that are to stay.
 */
export interface SamplingStep extends Pick<Place, "t" | "step" | "steps"> {
  /** The images before this step, x_t, as the network was asked about them: a sampler that corrects starts from others. */
  xt: tf.Tensor4D;
  /** The images after it. */
  x: tf.Tensor4D;
  /** The clean images that the guided prediction implies, after thresholding. */
  x0: tf.Tensor4D;
  /** The noise that the guided prediction implies. */
  eps: tf.Tensor4D;
  /** The same of the unconditional and the conditional prediction, undefined where w made it needless (w = 1, w = 0). */
  readonly epsU: tf.Tensor4D | undefined;
  readonly epsC: tf.Tensor4D | undefined;
  /** The pixels of `x`, flattened: about [-1, 1] at the end. */
  images: () => Float32Array;
  /** The pixels of `x0`, flattened. */
  predictedX0: () => Float32Array;
}

/** The tensors of a step. */
export interface StepTensors extends Pick<SamplingStep, "xt" | "x" | "x0" | "eps"> {
  /** x_t, or its correction: where the sampler's step starts. */
  start: tf.Tensor4D;
  /** The network's predictions without label and with it, where both were asked for all images. */
  u: tf.Tensor4D | undefined;
  c: tf.Tensor4D | undefined;
}

/**
 * The caller's view of a step.
 * @param onRequest receives the tensors that are made only when the caller asks for them, to be disposed of with the step's others
 */
export function viewStep(
  { xt, x, x0, eps, u, c }: StepTensors,
  { t, step, steps, alphaBar }: Place,
  predicts: Predicts,
  onRequest: tf.Tensor[],
): SamplingStep {
  const noiseOf = (prediction: tf.Tensor4D | undefined): tf.Tensor4D | undefined => {
    if (!prediction) return undefined;
    const noise = convertPrediction(prediction, predicts, "noise", { xt, alphaBar });
    onRequest.push(noise);
    return noise;
  };
  return {
    t,
    step,
    steps,
    xt,
    x,
    x0,
    eps,
    get epsU() {
      return noiseOf(u);
    },
    get epsC() {
      return noiseOf(c);
    },
    images: () => pixelsOf(x),
    predictedX0: () => pixelsOf(x0),
  };
}

/** The numbers of images, flattened. */
export function pixelsOf(x: tf.Tensor4D): Float32Array {
  return x.dataSync<"float32">().slice();
}
