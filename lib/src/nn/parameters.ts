/**
 * The parameters of networks: names and shapes as in PyTorch's `state_dict`, and the way between PyTorch's layouts and
 * TensorFlow's. Inside they are tensors in TensorFlow's layout; at the border they are a {@link StateDict}.
 */
import * as tf from "@tensorflow/tfjs-core";
import { normal, randomBits } from "../random";
import type { StateDict } from "./state-dict";

/** A network's tensors by PyTorch's name, each in TensorFlow's layout. */
export type Parameters = Map<string, tf.Tensor>;

/** Names and PyTorch shapes of a network's tensors. */
export type ParameterShapes = readonly (readonly [name: string, shape: readonly number[]])[];

/** Names and PyTorch shapes of the convolution `block.conv{n}` and the batch norm after it. */
export function convNormShapes(
  block: string,
  n: number,
  inChannels: number,
  outChannels: number,
): [string, number[]][] {
  return [
    [`${block}.conv${n}.weight`, [outChannels, inChannels, 3, 3]],
    [`${block}.conv${n}.bias`, [outChannels]],
    [`${block}.bn${n}.weight`, [outChannels]],
    [`${block}.bn${n}.bias`, [outChannels]],
    [`${block}.bn${n}.running_mean`, [outChannels]],
    [`${block}.bn${n}.running_var`, [outChannels]],
  ];
}

/**
 * Whether gradient descent changes a parameter. It does not change batch norm's running statistics, nor the bias of a
 * convolution with a batch norm after it: batch norm subtracts the bias again, so its gradient is zero. (PyTorch moves
 * such a bias by rounding noise, to no effect.)
 */
export function isTrained(name: string): boolean {
  return !name.includes(".running_") && !/\.conv\d\.bias$/.test(name);
}

/**
 * PyTorch's layout -> TensorFlow's, as an order of axes: convolutions OIHW -> HWIO, transposed convolutions
 * IOHW -> HWOI, Linear [out, in] -> [in, out]; embeddings and vectors stay.
 */
function axesFromTorch(name: string, rank: number): number[] | null {
  if (rank === 4) return [2, 3, 1, 0];
  return rank === 2 && name !== "label_embedding.weight" ? [1, 0] : null;
}

/**
 * PyTorch's state dict, or a part of it, as tensors in TensorFlow's layout. The caller disposes of them.
 * @example
 * cfg.fromStateDict(model.net.stateDict()).get("final.weight")?.shape // [3, 3, 32, 1]
 */
export function fromStateDict(state: StateDict): Parameters {
  const parameters: Parameters = new Map();
  for (const [name, entry] of state) {
    const tensor = tf.tensor(entry.data, entry.shape, "float32");
    const axes = axesFromTorch(name, entry.shape.length);
    parameters.set(name, axes ? tf.transpose(tensor, axes) : tensor);
    if (axes) tensor.dispose();
  }
  return parameters;
}

/** Tensors in TensorFlow's layout as PyTorch's state dict. */
export function toStateDict(parameters: Parameters): StateDict {
  const state: StateDict = new Map();
  for (const [name, tensor] of parameters) {
    const axes = axesFromTorch(name, tensor.rank);
    const inverse = axes?.map((_, axis) => axes.indexOf(axis));
    const torch = inverse ? tf.transpose(tensor, inverse) : tensor;
    state.set(name, { shape: torch.shape, data: torch.dataSync<"float32">().slice() });
    if (inverse) torch.dispose();
  }
  return state;
}

/**
 * A fresh state dict, drawn as PyTorch's layers draw theirs by default: weights and biases uniform within 1 / sqrt(fan),
 * fan = weight.shape[1] x kernel area; embedding standard normal; batch norm 1 and 0.
 * @param seed whole number; the same seed gives the same weights
 * @param parameters names and shapes, such as `unetShapes`
 * @example
 * cfg.initialStateDict(0, cfg.unetShapes()).get("final.weight")?.shape // [1, 32, 3, 3]
 */
export function initialStateDict(seed: number, parameters: ParameterShapes): StateDict {
  const shapes = new Map(parameters);
  const state: StateDict = new Map();
  for (const [index, [name, shape]] of parameters.entries()) {
    const size = shape.reduce((a, b) => a * b, 1);
    state.set(name, { shape: [...shape], data: initialValues(name, size, [seed, index], shapes) });
  }
  return state;
}

function initialValues(
  name: string,
  size: number,
  key: number[],
  shapes: Map<string, readonly number[]>,
): Float32Array {
  if (name === "label_embedding.weight") return normal(size, ...key);
  if (/\.bn\d\./.test(name)) return new Float32Array(size).fill(/weight|running_var/.test(name) ? 1 : 0);
  const [, inputs, ...kernel] = shapes.get(name.replace(/bias$/, "weight"))!;
  const bound = 1 / Math.sqrt(kernel.reduce((a, b) => a * b, inputs));
  const bits = randomBits(...key);
  return Float32Array.from({ length: size }, () => ((2 * bits()) / 2 ** 32 - 1) * bound);
}
