/**
 * The operations of the U-Net that decide its speed, each with a gradient. On TensorFlow they are its fused kernels; on
 * any other backend they are composed of TensorFlow.js operations and give the same numbers.
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  type AttributeValue,
  execute,
  executeOneDnn,
  hasOneDnn,
  isTensorFlow,
  POOL_2X2,
  SAME_CONVOLUTION,
} from "./tensorflow";

/** Variance floor of every batch norm (PyTorch's default). */
export const BATCH_NORM_EPSILON = 1e-5;

/** What {@link convBatchNormRelu} needs beside its input. */
export interface ConvBatchNorm {
  /** Convolution weights [height, width, in, out]. */
  filter: tf.Tensor4D;
  /** Batch norm's learned scale [out]. */
  scale: tf.Tensor1D;
  /** Batch norm's learned offset [out]. */
  offset: tf.Tensor1D;
  /** False where x is the data, whose gradient nobody needs. */
  inputGradient?: boolean;
}

/** Mean and variance of each channel over a batch. */
export interface BatchStatistics {
  mean: tf.Tensor1D;
  /** With Bessel's correction, as PyTorch's running variance takes it. */
  variance: tf.Tensor1D;
}

/**
 * relu(batchNorm(conv(x))) in training mode: the batch's own mean and variance are used.
 *
 * The convolution's bias is left out: batch norm subtracts the mean and the bias with it, so the output and every
 * gradient are the same without (the bias's own gradient is zero).
 * @param x images [n, height, width, in]
 * @param onStatistics receives the statistics of the convolution's output; it must dispose of them
 * @returns images [n, height, width, out]
 */
export function convBatchNormRelu(
  x: tf.Tensor4D,
  layer: ConvBatchNorm,
  onStatistics: (statistics: BatchStatistics) => void,
): tf.Tensor4D {
  return isTensorFlow()
    ? fusedConvBatchNormRelu(x, layer, onStatistics)
    : composedConvBatchNormRelu(x, layer, onStatistics);
}

function composedConvBatchNormRelu(
  x: tf.Tensor4D,
  { filter, scale, offset }: ConvBatchNorm,
  onStatistics: (statistics: BatchStatistics) => void,
): tf.Tensor4D {
  const convolved = tf.conv2d(x, filter, 1, "same");
  const { mean, variance } = tf.moments(convolved, [0, 1, 2]);
  const count = convolved.size / convolved.shape[3];
  onStatistics({
    mean: tf.keep(tf.clone(mean as tf.Tensor1D)),
    variance: tf.keep(tf.mul<tf.Tensor1D>(variance, count / (count - 1))),
  });
  const standardized = tf.mul(tf.sub(convolved, mean), tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
  return tf.relu(tf.add<tf.Tensor4D>(tf.mul(standardized, scale), offset));
}

function fusedConvBatchNormRelu(
  x: tf.Tensor4D,
  { filter, scale, offset, inputGradient = true }: ConvBatchNorm,
  onStatistics: (statistics: BatchStatistics) => void,
): tf.Tensor4D {
  const norm = { epsilon: BATCH_NORM_EPSILON, is_training: true, data_format: "NHWC" };
  const op = tf.customGrad((...args) => {
    const [input, weights, gamma, beta, save] = args as unknown as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      (tensors: tf.Tensor[]) => void,
    ];
    const [convolved] = execute("Conv2D", [input, weights], SAME_CONVOLUTION);
    const empty = tf.tensor1d([]);
    const [output, mean, variance, ...reserves] = trainBatchNormRelu(
      [convolved, gamma, beta, empty, empty],
      norm,
    );
    onStatistics({ mean: tf.keep(mean) as tf.Tensor1D, variance: tf.keep(variance) as tf.Tensor1D });
    save([input, weights, gamma, convolved, output, ...reserves]);
    tf.dispose([convolved, empty, ...reserves]); // the saved ones live on until the gradient has used them
    return { value: output as tf.Tensor4D, gradFunc };
  });
  function gradFunc(dy: tf.Tensor4D, saved: tf.Tensor[]): tf.Tensor[] {
    const [input, weights, gamma, convolved, output, ...reserves] = saved;
    // What is used for the last time is freed at once; a training step would keep it to its end.
    const [dNorm] = execute("ReluGrad", [dy, output], {});
    output.dispose();
    const [dConv, dGamma, dBeta] = execute(
      "FusedBatchNormGradV3",
      [dNorm, convolved, gamma, ...reserves],
      norm,
      5,
    );
    tf.dispose([dNorm, convolved, ...reserves]);
    const dWeights = convFilterGradient(input, weights.shape, dConv);
    // Where the input is the data, TensorFlow.js prunes its gradient; any tensor will do in its place.
    const dInput = inputGradient ? convInputGradient(input.shape, weights, dConv) : tf.scalar(0);
    tf.dispose([dConv, input]);
    return [dInput, dWeights, dGamma, dBeta];
  }
  return op(x, filter, scale, offset);
}

/** Batch norm in training mode and ReLU: outputs y, mean, variance and the three that the gradient takes back. */
function trainBatchNormRelu(inputs: tf.Tensor[], norm: Record<string, AttributeValue>): tf.Tensor[] {
  const attributes = { ...norm, exponential_avg_factor: 1 };
  if (hasOneDnn()) {
    const fused = { ...attributes, num_side_inputs: { int: 0 }, activation_mode: "Relu" };
    return executeOneDnn("_MklNativeFusedBatchNormEx", inputs, fused, 6);
  }
  const [normalized, ...others] = execute("FusedBatchNormV3", inputs, attributes, 6);
  const [output] = execute("Relu", [normalized], {});
  normalized.dispose();
  return [output, ...others];
}

function convFilterGradient(x: tf.Tensor, filterShape: number[], dy: tf.Tensor): tf.Tensor {
  return execute("Conv2DBackpropFilter", [x, tf.tensor1d(filterShape, "int32"), dy], SAME_CONVOLUTION)[0];
}

function convInputGradient(inputShape: number[], filter: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return execute("Conv2DBackpropInput", [tf.tensor1d(inputShape, "int32"), filter, dy], SAME_CONVOLUTION)[0];
}

/**
 * Adds a bias to every pixel.
 * @param x images [n, height, width, channels]
 * @param bias [channels]
 */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  if (!isTensorFlow()) return tf.add(x, bias);
  const op = tf.customGrad((...args) => {
    const [input, offset] = args as unknown as [tf.Tensor4D, tf.Tensor1D];
    const [value] = execute("BiasAdd", [input, offset], { data_format: "NHWC" });
    const gradFunc = (dy: tf.Tensor): tf.Tensor[] => [
      tf.clone(dy),
      execute("BiasAddGrad", [dy], { data_format: "NHWC" })[0],
    ];
    return { value: value as tf.Tensor4D, gradFunc };
  });
  return op(x, bias);
}

/**
 * Transposed convolution, 4x4 with stride 2, and bias: doubles height and width.
 * @param x images [n, height, width, in]
 * @param filter [4, 4, out, in]
 * @param bias [out]
 * @returns images [n, 2 height, 2 width, out]
 */
export function convTransposeBias(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const [n, height, width] = x.shape;
  const shape: [number, number, number, number] = [n, 2 * height, 2 * width, filter.shape[2]];
  const upsampled = tf.conv2dTranspose(x, filter, shape, 2, "same");
  const output = addBias(upsampled, bias);
  upsampled.dispose(); // no gradient needs it, and a training step would keep it to its end
  return output;
}

/**
 * The channels of two images side by side. The first one is disposed of: after this nothing needs it.
 * @param first images [n, height, width, a]
 * @param second images [n, height, width, b]
 * @returns images [n, height, width, a + b]
 */
export function concatChannels(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor4D {
  const channels = first.shape[3];
  const op = tf.customGrad((...args) => {
    const [a, b] = args as unknown as [tf.Tensor4D, tf.Tensor4D];
    // Unlike tf.concat's own gradient, this one keeps no copy of the inputs: their sizes are enough.
    const gradFunc = (dy: tf.Tensor4D): tf.Tensor[] => [
      tf.slice(dy, [0, 0, 0, 0], [-1, -1, -1, channels]),
      tf.slice(dy, [0, 0, 0, channels]),
    ];
    return { value: tf.concat([a, b], 3), gradFunc };
  });
  const joined = op(first, second);
  first.dispose();
  return joined;
}

/**
 * Largest value of each 2x2 pixels.
 * @param x images [n, height, width, channels], height and width even
 * @returns images [n, height / 2, width / 2, channels]
 */
export function maxPool2x2(x: tf.Tensor4D): tf.Tensor4D {
  if (!isTensorFlow() || !hasOneDnn()) return tf.maxPool(x, 2, 2, "valid");
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor4D, (tensors: tf.Tensor[]) => void];
    const [output, workspace] = executeOneDnn("_MklNativeMaxPool", [input], POOL_2X2, 2);
    save([input, output, workspace]);
    const gradFunc = (dy: tf.Tensor4D, saved: tf.Tensor[]): tf.Tensor[] => {
      const [original, pooled, argmax] = saved;
      return executeOneDnn("_MklNativeMaxPoolGrad", [original, pooled, dy, argmax], POOL_2X2);
    };
    return { value: output as tf.Tensor4D, gradFunc };
  });
  return op(x);
}

/**
 * Squares of `size` x `size` pixels as channels, in rows: PyTorch's `pixel_unshuffle` for images of one channel.
 * @param x images [n, size * height, size * width, channels]
 * @returns [n, height, width, size * size * channels]
 * @example
 * cfg.spaceToDepth(tf.zeros([1, 32, 32, 1]), 2).shape // [1, 16, 16, 4]
 */
export function spaceToDepth(x: tf.Tensor4D, size: number): tf.Tensor4D {
  const [n, height, width, channels] = [x.shape[0], x.shape[1] / size, x.shape[2] / size, x.shape[3]];
  const squares = tf.reshape(x, [n, height, size, width, size * channels]); // a row of a square: size * channels
  const inOrder = tf.transpose(squares, [0, 1, 3, 2, 4]); // [n, height, width, size, size * channels]
  return tf.reshape(inOrder, [n, height, width, size * size * channels]);
}

/**
 * The way back from {@link spaceToDepth}: PyTorch's `pixel_shuffle` where it leads to images of one channel.
 * @param x [n, height, width, size * size * channels]
 * @returns images [n, size * height, size * width, channels]
 * @example
 * cfg.depthToSpace(tf.zeros([1, 16, 16, 4]), 2).shape // [1, 32, 32, 1]
 */
export function depthToSpace(x: tf.Tensor4D, size: number): tf.Tensor4D {
  const [n, height, width, depth] = x.shape;
  const channels = depth / size ** 2;
  const rows = tf.reshape(x, [n, height, width, size, size * channels]); // rows of the squares
  const inOrder = tf.transpose(rows, [0, 1, 3, 2, 4]); // [n, height, size, width, size * channels]
  return tf.reshape(inOrder, [n, size * height, size * width, channels]);
}
