/**
 * What can be worked out once, before sampling begins.
 *
 * Batch norm in evaluation mode is a fixed scale and shift for each channel, so it can be multiplied into the
 * convolution before it: scale (w x + b - mean) / sqrt(var + eps) + offset = w' x + b'.
 */
import * as tf from "@tensorflow/tfjs-core";
import { BATCH_NORM_EPSILON } from "../engine/ops";
import type { Parameters } from "./parameters";

/** The name under which {@link joinTimeLayers} keeps all blocks' time layers side by side. */
export const JOINED_TIME = "joined_time_mlp";

/** Copies of the parameters with every batch norm folded into its convolution. The caller disposes of them. */
export function foldBatchNorm(parameters: Parameters): Parameters {
  const folded: Parameters = new Map();
  for (const [name, tensor] of parameters) {
    if (!/\.bn\d\./.test(name)) folded.set(name, tf.clone(tensor));
  }
  for (const name of parameters.keys()) {
    const match = /^(.*)\.bn(\d)\.weight$/.exec(name);
    if (!match) continue;
    const [, block, index] = match;
    const [conv, norm] = [`${block}.conv${index}`, `${block}.bn${index}`];
    const get = (key: string): tf.Tensor => parameters.get(key)!;
    const { weight, bias } = tf.tidy(() => {
      const factor = tf.mul(
        get(`${norm}.weight`),
        tf.rsqrt(tf.add(get(`${norm}.running_var`), BATCH_NORM_EPSILON)),
      );
      const centred = tf.sub(get(`${conv}.bias`), get(`${norm}.running_mean`));
      return {
        weight: tf.mul(get(`${conv}.weight`), factor), // [3, 3, in, out] x [out]
        bias: tf.add(tf.mul(centred, factor), get(`${norm}.bias`)),
      };
    });
    folded.get(`${conv}.weight`)!.dispose();
    folded.get(`${conv}.bias`)!.dispose();
    folded.set(`${conv}.weight`, weight).set(`${conv}.bias`, bias);
  }
  return folded;
}

/**
 * Every block turns the same vector into a shift of its own, by a small linear layer. Side by side they are one linear
 * layer, and one matrix product in place of seven.
 * @returns the blocks that have one, in order, with the lengths of their shifts; the joined layer is added to `parameters`
 */
export function joinTimeLayers(parameters: Parameters): Map<string, number> {
  const names = [...parameters.keys()].filter((name) => name.endsWith(".time_mlp.weight"));
  const layers = names.map((name) => name.replace(/\.weight$/, ""));
  const join = (part: "weight" | "bias", axis: number): tf.Tensor =>
    tf.concat(
      layers.map((layer) => parameters.get(`${layer}.${part}`)!),
      axis,
    );
  parameters.set(`${JOINED_TIME}.weight`, join("weight", 1)); // [32, all channels]
  parameters.set(`${JOINED_TIME}.bias`, join("bias", 0)); // [all channels]
  return new Map(layers.map((layer) => [layer, parameters.get(`${layer}.bias`)!.size]));
}
