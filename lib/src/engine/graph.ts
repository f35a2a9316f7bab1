/**
 * A network written down as a graph, to be run by TensorFlow as a whole: one call from JavaScript in place of one for
 * each operation, and TensorFlow may fuse operations and lay out the weights once. Here is only the description; an
 * engine that can run it says so by {@link setGraphEngine}.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { isTensorFlow } from "./tensorflow";

/** The output of a node, by the node's name. */
export type GraphValue = string & { readonly __brand: "GraphValue" };

/** Numbers that belong to the graph: 32 bits each. */
export interface GraphConstant {
  values: Float32Array | Int32Array;
  shape: readonly number[];
}

/** Values of an operation's attribute, named as in TensorFlow's op definitions. */
export type GraphAttribute =
  | { type: "float32" | "int32" }
  | { text: string }
  | { int: number }
  | { ints: readonly number[] }
  | { constant: GraphConstant }
  | { shape: readonly number[] };

/** One operation. */
export interface GraphNode {
  name: string;
  op: string;
  inputs: readonly string[];
  attributes: Record<string, GraphAttribute>;
}

/** Collects the nodes of a graph. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];

  /** Adds an operation with all its attributes. Its name is given or made from what it does. */
  add(
    op: string,
    inputs: readonly GraphValue[],
    attributes: GraphNode["attributes"] = {},
    name: string = `${op}_${this.nodes.length}`,
  ): GraphValue {
    this.nodes.push({ name, op, inputs, attributes });
    return name as GraphValue;
  }

  /** A value that is given when the graph is run; -1 in its shape is any size. */
  input(name: string, type: "float32" | "int32", shape: readonly number[]): GraphValue {
    return this.add("Placeholder", [], { dtype: { type }, shape: { shape } }, name);
  }

  /** Numbers that never change. */
  constant(values: Float32Array | Int32Array, shape: readonly number[]): GraphValue {
    const type = values instanceof Float32Array ? "float32" : "int32";
    return this.add("Const", [], { dtype: { type }, value: { constant: { values, shape } } });
  }
}

/** A graph, ready to run. Call `dispose` when it is no longer needed. */
export interface RunnableGraph {
  /** @param inputs in the order in which they were declared */
  run(inputs: tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** Makes a graph ready to run, or returns undefined where it lacks the means; `outputs` are what running it returns. */
export type GraphEngine = (
  builder: GraphBuilder,
  inputs: readonly GraphValue[],
  outputs: readonly GraphValue[],
) => RunnableGraph | undefined;

let engine: GraphEngine | undefined;

/** Says how TensorFlow runs graphs. */
export function setGraphEngine(graphEngine: GraphEngine): void {
  engine = graphEngine;
}

/**
 * Makes the graph that `write` describes ready to run.
 * @param write adds the graph's nodes
 * @returns undefined where the active backend runs no graphs, or there is no temporary folder for the graph's file
 * @throws Error with TensorFlow's reason when it does not understand the graph
 */
export function compileGraph(
  write: (graph: GraphBuilder) => { inputs: readonly GraphValue[]; outputs: readonly GraphValue[] },
): RunnableGraph | undefined {
  if (!engine || !isTensorFlow()) return undefined;
  const graph = new GraphBuilder();
  const { inputs, outputs } = write(graph);
  return engine(graph, inputs, outputs);
}
