/**
 * The layers of the U-Net, each named as in PyTorch's state dict. One network runs in three ways:
 * - training: batch norm uses the batch's own statistics;
 * - evaluation: batch norm uses the running statistics;
 * - folded: evaluation with every batch norm multiplied into the convolution before it (see fold.ts).
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  addBias,
  type BatchStatistics,
  BATCH_NORM_EPSILON,
  convBatchNormRelu,
  convBiasRelu,
  convTransposeBias,
} from "../engine/ops";
import { JOINED_TIME } from "./fold";
import type { Parameters } from "./parameters";

/** What the network is built from. Images are [n, height, width, channels]. */
export interface Layers {
  /** x W + b: [n, in] -> [n, out]. */
  linear(x: tf.Tensor2D, name: string): tf.Tensor2D;
  /** One row of the table for each label: [n] -> [n, dim]. */
  embedding(labels: tf.Tensor1D, name: string): tf.Tensor2D;
  /** 3x3 convolution with bias, same size. */
  conv2d(x: tf.Tensor4D, name: string): tf.Tensor4D;
  /** relu(batchNorm(conv2d(x))). */
  convBatchNormRelu(x: tf.Tensor4D, conv: string, norm: string): tf.Tensor4D;
  /** 4x4 transposed convolution with stride 2: doubles height and width. */
  convTranspose2d(x: tf.Tensor4D, name: string): tf.Tensor4D;
}

/** Receives the batch statistics that batch norm `norm` saw; it must dispose of them. */
export type OnStatistics = (norm: string, statistics: BatchStatistics) => void;

/** The layers in training mode. */
export function trainingLayers(parameters: Parameters, onStatistics: OnStatistics): Layers {
  const get = lookup(parameters);
  return {
    ...commonLayers(parameters),
    convBatchNormRelu(x, conv, norm) {
      const layer = {
        filter: get(`${conv}.weight`) as tf.Tensor4D,
        scale: get(`${norm}.weight`) as tf.Tensor1D,
        offset: get(`${norm}.bias`) as tf.Tensor1D,
        inputGradient: conv !== "down1.conv1", // its input is the noisy image
      };
      // The engine leaves the convolution's bias out (batch norm cancels it), but the running mean has it.
      const bias = get(`${conv}.bias`) as tf.Tensor1D;
      return convBatchNormRelu(x, layer, ({ mean, variance }) => {
        const withBias = tf.keep(tf.add<tf.Tensor1D>(mean, bias));
        mean.dispose();
        onStatistics(norm, { mean: withBias, variance });
      });
    },
  };
}

/** The layers in evaluation mode. */
export function evaluationLayers(parameters: Parameters): Layers {
  const get = lookup(parameters);
  const common = commonLayers(parameters);
  return {
    ...common,
    convBatchNormRelu(x, conv, norm) {
      const [mean, variance] = [
        get(`${norm}.running_mean`) as tf.Tensor1D,
        get(`${norm}.running_var`) as tf.Tensor1D,
      ];
      const [scale, offset] = [get(`${norm}.weight`) as tf.Tensor1D, get(`${norm}.bias`) as tf.Tensor1D];
      return tf.relu(tf.batchNorm(common.conv2d(x, conv), mean, variance, offset, scale, BATCH_NORM_EPSILON));
    },
  };
}

/**
 * The layers in evaluation mode, for parameters in which {@link foldBatchNorm} has folded batch norm. Where
 * {@link joinTimeLayers} has joined the time layers, all are computed when the first is asked for.
 * @param joined the joined layers and the lengths of their outputs
 */
export function foldedLayers(parameters: Parameters, joined: Map<string, number> = new Map()): Layers {
  const get = lookup(parameters);
  const common = commonLayers(parameters);
  const shifts = new Map<string, tf.Tensor2D>();
  return {
    ...common,
    linear(x, name) {
      if (!joined.has(name)) return common.linear(x, name);
      if (shifts.size === 0) {
        const parts = tf.split<tf.Tensor2D>(common.linear(x, JOINED_TIME), [...joined.values()], 1);
        [...joined.keys()].forEach((layer, i) => shifts.set(layer, parts[i]));
      }
      return shifts.get(name)!;
    },
    convBatchNormRelu: (x, conv) =>
      convBiasRelu(x, get(`${conv}.weight`) as tf.Tensor4D, get(`${conv}.bias`) as tf.Tensor1D),
  };
}

type Common = Omit<Layers, "convBatchNormRelu">;

function commonLayers(parameters: Parameters): Common {
  const get = lookup(parameters);
  return {
    linear: (x, name) => tf.add(tf.matMul(x, get(`${name}.weight`) as tf.Tensor2D), get(`${name}.bias`)),
    embedding(labels, name) {
      // As a matrix product, whose gradient is one too; a gather's gradient would add row by row.
      const table = get(`${name}.weight`) as tf.Tensor2D;
      return tf.matMul(tf.oneHot(labels, table.shape[0]), table);
    },
    conv2d: (x, name) =>
      addBias(
        tf.conv2d(x, get(`${name}.weight`) as tf.Tensor4D, 1, "same"),
        get(`${name}.bias`) as tf.Tensor1D,
      ),
    convTranspose2d: (x, name) =>
      convTransposeBias(x, get(`${name}.weight`) as tf.Tensor4D, get(`${name}.bias`) as tf.Tensor1D),
  };
}

function lookup(parameters: Parameters): (name: string) => tf.Tensor {
  return (name) => {
    const tensor = parameters.get(name);
    if (!tensor) throw new Error(`the network has no parameter ${name}.`);
    return tensor;
  };
}
