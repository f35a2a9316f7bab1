/** The folded layers as nodes of a graph, in place of tensors. */
import type { GraphBuilder, GraphValue } from "../engine/graph";
import * as ops from "../engine/graph-ops";
import { type Layers, lookup } from "./layers";
import type { Parameters } from "./parameters";

/**
 * Layers that add themselves to the graph.
 * @param parameters those of `foldBatchNorm`; their numbers are copied into the graph
 */
export function graphLayers(graph: GraphBuilder, parameters: Parameters): Layers<GraphValue> {
  const get = lookup(parameters);
  const constant = (name: string): GraphValue => {
    const tensor = get(name);
    return graph.constant(tensor.dataSync<"float32">(), tensor.shape);
  };
  const weightAndBias = (name: string): [weight: GraphValue, bias: GraphValue] => [
    constant(`${name}.weight`),
    constant(`${name}.bias`),
  ];
  return {
    linear: (x, name) => ops.linear(graph, x, ...weightAndBias(name)),
    embedding: (labels, name) => ops.gather(graph, constant(`${name}.weight`), labels),
    add: (a, b) => ops.add(graph, a, b),
    relu: (x) => ops.relu(graph, x),
    conv2d: (x, name) => ops.conv2d(graph, x, ...weightAndBias(name)),
    convBatchNormRelu: (x, conv) => ops.relu(graph, ops.conv2d(graph, x, ...weightAndBias(conv))),
    convTranspose2d: (x, name) =>
      ops.convTranspose2d(graph, x, ...weightAndBias(name), get(`${name}.bias`).size),
    addToPixels: (x, vector) => ops.addToPixels(graph, x, vector),
    maxPool: (x) => ops.maxPool2x2(graph, x),
    spaceToDepth: (x, size) => ops.spaceToDepth(graph, x, size),
    depthToSpace: (x, size) => ops.depthToSpace(graph, x, size),
    concat: (first, second) => ops.concatChannels(graph, first, second),
    flatten: (x) => ops.flatten(graph, x),
  };
}
