/**
 * A network written down as a graph, to be run by TensorFlow as a whole: one call from JavaScript in place of one for
 * each operation, and TensorFlow may fuse operations and lay out the weights once. Here is only the description; an
 * engine that can run it says so by {@link setGraphEngine}.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { isTensorFlow } from "./tensorflow";

/** The output of a node, by the node's name; "name:1" is the second of several. */
export type GraphValue = string & { readonly __brand: "GraphValue" };

/** Numbers that belong to the graph: 32 bits each. */
export interface GraphConstant {
  values: Float32Array | Int32Array;
  shape: readonly number[];
}

/** Values of an operation's attribute, named as in TensorFlow's op definitions. */
export type GraphAttribute =
  | { type: "float32" | "int32" }
  | { flag: boolean }
  | { number: number }
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

  /**
   * Adds an operation with all its attributes. Its name is given or made from what it does.
   * @param after values that must have been computed before, though the operation does not take them
   */
  add(
    op: string,
    inputs: readonly GraphValue[],
    attributes: GraphNode["attributes"] = {},
    {
      name = `${op}_${this.nodes.length}`,
      after = [],
    }: { name?: string; after?: readonly GraphValue[] } = {},
  ): GraphValue {
    const waits = after.map((value) => `^${value.replace(/:\d+$/, "")}`);
    this.nodes.push({ name, op, inputs: [...inputs, ...waits], attributes });
    return name as GraphValue;
  }

  /** One of the outputs of an operation that has several, counted from 0. */
  output(operation: GraphValue, index: number): GraphValue {
    return (index === 0 ? operation : `${operation}:${index}`) as GraphValue;
  }

  /** A value that is given when the graph is run; -1 in its shape is any size. */
  input(name: string, type: "float32" | "int32", shape: readonly number[]): GraphValue {
    return this.add("Placeholder", [], { dtype: { type }, shape: { shape } }, { name });
  }

  /** Numbers that never change. @param after values that must have been computed before, where the caller waits for them */
  constant(
    values: Float32Array | Int32Array,
    shape: readonly number[],
    after?: readonly GraphValue[],
  ): GraphValue {
    const type = values instanceof Float32Array ? "float32" : "int32";
    return this.add("Const", [], { dtype: { type }, value: { constant: { values, shape } } }, { after });
  }
}

/** A graph, ready to run. Call `dispose` when it is no longer needed. */
export interface RunnableGraph {
  /** @param inputs in the order in which they were declared */
  run(inputs: tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** A graph that is open: any part of it can be run, and its variables keep their values from run to run. */
export interface GraphSession {
  /** Computes the outputs, from tensors for those inputs that they need. */
  run(feeds: ReadonlyMap<GraphValue, tf.Tensor>, outputs: readonly GraphValue[]): tf.Tensor[];
  dispose(): void;
}

/** Opens a graph, or returns undefined where it lacks the means. */
export type GraphEngine = (builder: GraphBuilder) => GraphSession | undefined;

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
  const graph = new GraphBuilder();
  if (!canRunGraphs()) return undefined;
  const { inputs, outputs } = write(graph);
  const session = openGraph(graph);
  return (
    session && {
      run: (tensors) => session.run(new Map(inputs.map((input, i) => [input, tensors[i]])), outputs),
      dispose: () => session.dispose(),
    }
  );
}

/** Whether the active backend runs graphs. */
export function canRunGraphs(): boolean {
  return engine !== undefined && isTensorFlow();
}

/** Opens a graph, as {@link compileGraph} does, to run several parts of it. */
export function openGraph(graph: GraphBuilder): GraphSession | undefined {
  return canRunGraphs() ? engine!(graph) : undefined;
}
