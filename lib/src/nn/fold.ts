/**
 * What can be worked out once, before sampling begins.
 *
 * Batch norm in evaluation mode is a fixed scale and shift for each channel, so it can be multiplied into the
 * convolution before it: scale (w x + b - mean) / sqrt(var + eps) + offset = w' x + b'.
 */
import * as tf from "@tensorflow/tfjs-core";
import { compileGraph, type RunnableGraph } from "../engine/graph";
import { BATCH_NORM_EPSILON } from "../engine/ops";
import { graphLayers } from "./graph-layers";
import { foldedLayers, type Layers } from "./layers";
import type { Parameters } from "./parameters";

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

/** A network with batch norm folded, ready to run. Call `dispose` when it is no longer needed. */
export type FoldedNetwork = RunnableGraph;

/** A network, written down once for all ways to run it. The first axis of every input and output counts the images. */
export interface Network {
  /** What it is asked with, in order; the shapes without the first axis. */
  inputs: readonly NetworkInput[];
  /** From the inputs to the outputs. */
  run: <Value>(layers: Layers<Value>, inputs: readonly Value[]) => Value[];
}

/** One input of a {@link Network}. */
export interface NetworkInput {
  name: string;
  dtype: "float32" | "int32";
  /** Of one image's: [] for a label. */
  shape: readonly number[];
}

/**
 * How many images go through a network at a time. Each takes a megabyte of memory while it does, which the engine then
 * keeps; more of them at a time are no faster.
 */
const IMAGES_AT_A_TIME = 64;

/** Runs a network on some images after the other; the first axis of every input and output counts them. */
function inBatches(run: (inputs: tf.Tensor[]) => tf.Tensor[]): (inputs: tf.Tensor[]) => tf.Tensor[] {
  return (inputs) => {
    const [images] = inputs[0].shape;
    if (images <= IMAGES_AT_A_TIME) return run(inputs);
    const parts = Math.ceil(images / IMAGES_AT_A_TIME);
    const starts = Array.from({ length: parts }, (_, i) => Math.floor((i * images) / parts));
    const answers = starts.map((start, i) => {
      const size = (starts[i + 1] ?? images) - start;
      const part = inputs.map((input) => tf.slice(input, start, size));
      const outputs = run(part);
      tf.dispose(part);
      return outputs;
    });
    const joined = answers[0].map((_, output) => tf.concat(answers.map((outputs) => outputs[output])));
    tf.dispose(answers);
    return joined;
  };
}

/** Folds a network: into a graph where the engine runs graphs, elsewhere into layers with folded parameters. */
export function foldNetwork(parameters: Parameters, network: Network): FoldedNetwork {
  const folded = foldBatchNorm(parameters);
  const graph = compileGraph((builder) => {
    const inputs = network.inputs.map(({ name, dtype, shape }) => builder.input(name, dtype, [-1, ...shape]));
    return { inputs, outputs: network.run(graphLayers(builder, folded), inputs) };
  });
  if (graph) {
    tf.dispose([...folded.values()]);
    return { run: inBatches((inputs) => graph.run(inputs)), dispose: () => graph.dispose() };
  }
  for (const tensor of folded.values()) tf.keep(tensor); // past the end of a tf.tidy that the caller may be in
  return {
    run: inBatches((inputs) => network.run(foldedLayers(folded), inputs)),
    dispose() {
      tf.dispose([...folded.values()]);
      folded.clear();
    },
  };
}
