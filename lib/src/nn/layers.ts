/**
 * The layers that networks are built from, each named as in PyTorch's state dict. One network runs in four ways:
 * - training: batch norm uses the batch's own statistics;
 * - evaluation: batch norm uses the running statistics;
 * - folded: evaluation with every batch norm multiplied into the convolution before it (see fold.ts);
 * - as a graph: folded, written down once and run as a whole (see graph-layers.ts).
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  addBias,
  type BatchStatistics,
  BATCH_NORM_EPSILON,
  concatChannels,
  convBatchNormRelu,
  convTransposeBias,
  depthToSpace,
  maxPool2x2,
  spaceToDepth,
} from "../engine/ops";
import type { Parameters } from "./parameters";

/**
 * What a network is built from, for values that are tensors, or places in a graph. Images are [n, height, width, channels],
 * vectors [n, length], labels [n] (int32).
 */
export interface Layers<Value = tf.Tensor> {
  /** x W + b: [n, in] -> [n, out]. */
  linear(x: Value, name: string): Value;
  /** One row of the table for each label: [n] -> [n, dim]. */
  embedding(labels: Value, name: string): Value;
  add(a: Value, b: Value): Value;
  relu(x: Value): Value;
  /** 3x3 convolution with bias, same size. */
  conv2d(x: Value, name: string): Value;
  /** relu(batchNorm(conv2d(x))). */
  convBatchNormRelu(x: Value, conv: string, norm: string): Value;
  /** Transposed convolution with stride 2, 4x4 or 2x2: doubles height and width. */
  convTranspose2d(x: Value, name: string): Value;
  /** The vector's numbers added to the channels of every pixel. */
  addToPixels(x: Value, vector: Value): Value;
  /** Largest value of each 2x2 pixels: halves height and width. */
  maxPool(x: Value): Value;
  /** Squares of `size` x `size` pixels as channels: [n, size * h, size * w, c] -> [n, h, w, size * size * c]. */
  spaceToDepth(x: Value, size: number): Value;
  /** The way back: [n, h, w, size * size * c] -> [n, size * h, size * w, c]. */
  depthToSpace(x: Value, size: number): Value;
  /** The channels of two images side by side; `first` must not be needed any more. */
  concat(first: Value, second: Value): Value;
  /** All numbers of an image in a row: [n, height, width, channels] -> [n, height * width * channels]. */
  flatten(x: Value): Value;
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
      return convBatchNormRelu(x as tf.Tensor4D, layer, ({ mean, variance }) => {
        const withBias = tf.keep(tf.add<tf.Tensor1D>(mean, bias));
        mean.dispose();
        onStatistics(norm, { mean: withBias, variance });
      });
    },
  };
}

/**
 * The layers in evaluation mode.
 * @example
 * const layers = cfg.evaluationLayers(cfg.fromStateDict(model.net.stateDict()));
 * layers.linear(tf.zeros([1, 32]), "time_mlp.1").shape // [1, 32]
 */
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

/** The layers in evaluation mode, for parameters in which {@link foldBatchNorm} has folded batch norm. */
export function foldedLayers(parameters: Parameters): Layers {
  const get = lookup(parameters);
  return {
    ...commonLayers(parameters),
    convBatchNormRelu: (x, conv) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: get(`${conv}.weight`) as tf.Tensor4D,
        bias: get(`${conv}.bias`),
        strides: 1,
        pad: "same",
        activation: "relu",
      }),
  };
}

type Common = Omit<Layers, "convBatchNormRelu">;

function commonLayers(parameters: Parameters): Common {
  const get = lookup(parameters);
  return {
    linear: (x, name) => tf.add(tf.matMul(x, get(`${name}.weight`)), get(`${name}.bias`)),
    embedding(labels, name) {
      // As a matrix product, whose gradient is one too; a gather's gradient would add row by row.
      const table = get(`${name}.weight`) as tf.Tensor2D;
      return tf.matMul(tf.oneHot(labels, table.shape[0]), table);
    },
    add: (a, b) => tf.add(a, b),
    relu: (x) => tf.relu(x),
    conv2d: (x, name) =>
      addBias(
        tf.conv2d(x as tf.Tensor4D, get(`${name}.weight`) as tf.Tensor4D, 1, "same"),
        get(`${name}.bias`) as tf.Tensor1D,
      ),
    convTranspose2d: (x, name) =>
      convTransposeBias(
        x as tf.Tensor4D,
        get(`${name}.weight`) as tf.Tensor4D,
        get(`${name}.bias`) as tf.Tensor1D,
      ),
    addToPixels: (x, vector) => tf.add(x, tf.reshape(vector, [vector.shape[0], 1, 1, vector.shape[1]!])), // [n, C] -> [n, 1, 1, C]
    maxPool: (x) => maxPool2x2(x as tf.Tensor4D),
    spaceToDepth: (x, size) => spaceToDepth(x as tf.Tensor4D, size),
    depthToSpace: (x, size) => depthToSpace(x as tf.Tensor4D, size),
    concat: (first, second) => concatChannels(first as tf.Tensor4D, second as tf.Tensor4D),
    flatten: (x) => tf.reshape(x, [x.shape[0], -1]), // [n, h, w, C] -> [n, h * w * C]
  };
}

/** Parameters by name, or an error that names what is missing. */
export function lookup(parameters: Parameters): (name: string) => tf.Tensor {
  return (name) => {
    const tensor = parameters.get(name);
    if (!tensor) throw new Error(`the network has no parameter ${name}.`);
    return tensor;
  };
}
