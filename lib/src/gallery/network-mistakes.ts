/** Two mistakes in how the trained network is run. */
import * as tf from "@tensorflow/tfjs-core";
import { BATCH_NORM_EPSILON } from "../engine/ops";
import type { Predict } from "../model";
import { evaluationLayers, type Layers, lookup } from "../nn/layers";
import type { Parameters } from "../nn/parameters";
import type { UnetDescription } from "../unet/description";
import { sinusoidalEmbedding } from "../unet/embedding";
import { unet } from "../unet/network";

/** How a network is run from its parts. */
interface Parts {
  layers: Layers;
  /** From n timesteps to [n, conditionLength]. */
  embed: (timesteps: readonly number[], length: number) => tf.Tensor2D;
}

/** The network's prediction, part by part. */
function fromParts(description: UnetDescription, { layers, embed }: Parts): Predict {
  return (x, t, labels) =>
    tf.tidy(() => {
      const time = embed(new Array<number>(labels.length).fill(t), description.conditionLength);
      const inputs = { x, time, labels: tf.tensor1d(labels, "int32") };
      return unet<tf.Tensor>(layers, description, inputs) as tf.Tensor4D;
    });
}

// BEGIN batch-norm
/** Batch norm with the mean and variance of the images that happen to be in the batch, as in training. */
export function inTrainingMode(parameters: Parameters, description: UnetDescription): Predict {
  const get = lookup(parameters);
  const layers = evaluationLayers(parameters);
  const convBatchNormRelu: Layers["convBatchNormRelu"] = (x, conv, norm) => {
    const h = layers.conv2d(x, conv) as tf.Tensor4D;
    const { mean, variance } = tf.moments(h, [0, 1, 2]);
    const [scale, offset] = [get(`${norm}.weight`), get(`${norm}.bias`)] as [tf.Tensor1D, tf.Tensor1D];
    const normal = tf.batchNorm(
      h,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset,
      scale,
      BATCH_NORM_EPSILON,
    );
    return tf.relu(normal);
  };
  return fromParts(description, { layers: { ...layers, convBatchNormRelu }, embed: sinusoidalEmbedding });
}
// END batch-norm

// BEGIN cosine-first
/** The weights know [sin, cos, sin, cos, ...] of the timestep, and are given [cos, sin, cos, sin, ...]. */
export function cosineFirst(parameters: Parameters, description: UnetDescription): Predict {
  const embed: Parts["embed"] = (timesteps, length) => {
    const pairs = tf.reshape(sinusoidalEmbedding(timesteps, length), [timesteps.length, length / 2, 2]);
    return tf.reshape(tf.reverse(pairs, 2), [timesteps.length, length]); // [n, length / 2, 2] -> [n, length]
  };
  return fromParts(description, { layers: evaluationLayers(parameters), embed });
}
// END cosine-first
