/** The folded layers as nodes of a graph (engine/graph.ts), in place of tensors. The batch may have any size. */
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphAttribute, GraphBuilder, GraphValue } from "../engine/graph";
import { type Layers, lookup } from "./layers";
import type { Parameters } from "./parameters";

type Attributes = Record<string, GraphAttribute>;

const FLOAT: Attributes = { T: { type: "float32" } };
const INT: Attributes = { T: { type: "int32" } };
const NHWC: Attributes = { data_format: { text: "NHWC" } };
const EVERY_PIXEL: Attributes = { ...NHWC, strides: { ints: [1, 1, 1, 1] }, padding: { text: "SAME" } };
const EVERY_SECOND_PIXEL: Attributes = { ...NHWC, strides: { ints: [1, 2, 2, 1] } };

/**
 * Layers that add themselves to the graph.
 * @param parameters those of `foldBatchNorm`; their numbers are copied into the graph
 */
export function graphLayers(
  graph: GraphBuilder,
  parameters: Parameters,
): Layers<GraphValue, GraphValue, GraphValue> {
  const get = lookup(parameters);
  const parameter = (name: string): GraphValue => {
    const tensor = get(name);
    return graph.constant(tensor.dataSync<"float32">(), tensor.shape);
  };
  const floats = (op: string, inputs: GraphValue[], attributes: Attributes = {}): GraphValue =>
    graph.add(op, inputs, { ...FLOAT, ...attributes });
  const conv2d = (x: GraphValue, name: string): GraphValue => {
    const convolved = floats("Conv2D", [x, parameter(`${name}.weight`)], EVERY_PIXEL);
    return floats("BiasAdd", [convolved, parameter(`${name}.bias`)], NHWC);
  };
  const row = (vector: GraphValue): GraphValue =>
    floats("ExpandDims", [vector, graph.constant(Int32Array.of(1), [])], { Tdim: { type: "int32" } });

  /** The shape [n, 2 height, 2 width, channels] of images twice as large, with other channels. */
  const doubledShape = (x: GraphValue, channels: number): GraphValue => {
    const shape = floats("Shape", [x], { out_type: { type: "int32" } });
    const part = (from: number, size: number): GraphValue =>
      graph.add("Slice", [shape, graph.ints(from), graph.ints(size)], { ...INT, Index: { type: "int32" } });
    const doubled = graph.add("Mul", [part(1, 2), graph.ints(2, 2)], INT);
    return joined(graph, [part(0, 1), doubled, graph.ints(channels)], 0, INT);
  };

  return {
    linear: (x, name) =>
      floats(
        "BiasAdd",
        [floats("MatMul", [x, parameter(`${name}.weight`)]), parameter(`${name}.bias`)],
        NHWC,
      ),
    embedding: (labels, name) =>
      graph.add("GatherV2", [parameter(`${name}.weight`), labels, graph.constant(Int32Array.of(0), [])], {
        Tparams: { type: "float32" },
        Tindices: { type: "int32" },
        Taxis: { type: "int32" },
      }),
    add: (a, b) => floats("AddV2", [a, b]),
    relu: (x) => floats("Relu", [x]),
    conv2d,
    convBatchNormRelu: (x, conv) => floats("Relu", [conv2d(x, conv)]),
    convTranspose2d(x, name) {
      const channels = (get(`${name}.bias`) as tf.Tensor1D).size;
      const inputs = [doubledShape(x, channels), parameter(`${name}.weight`), x];
      const upsampled = floats("Conv2DBackpropInput", inputs, {
        ...EVERY_SECOND_PIXEL,
        padding: { text: "SAME" },
      });
      return floats("BiasAdd", [upsampled, parameter(`${name}.bias`)], NHWC);
    },
    addToPixels: (x, vector) => floats("AddV2", [x, row(row(vector))]), // [n, C] -> [n, 1, 1, C]
    maxPool: (x) =>
      floats("MaxPool", [x], {
        ...EVERY_SECOND_PIXEL,
        ksize: { ints: [1, 2, 2, 1] },
        padding: { text: "VALID" },
      }),
    concat: (first, second) => joined(graph, [first, second], 3, FLOAT),
    flatten(x) {
      const shape = floats("Shape", [x], { out_type: { type: "int32" } });
      const n = graph.add("Slice", [shape, graph.ints(0), graph.ints(1)], {
        ...INT,
        Index: { type: "int32" },
      });
      const flat = joined(graph, [n, graph.ints(-1)], 0, INT);
      return floats("Reshape", [x, flat], { Tshape: { type: "int32" } }); // [n, h, w, C] -> [n, h * w * C]
    },
  };
}

function joined(graph: GraphBuilder, parts: GraphValue[], axis: number, type: Attributes): GraphValue {
  return graph.add("ConcatV2", [...parts, graph.constant(Int32Array.of(axis), [])], {
    ...type,
    N: { int: parts.length },
    Tidx: { type: "int32" },
  });
}
