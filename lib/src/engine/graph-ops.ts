/** TensorFlow's operations as nodes of a graph (graph.ts). Images are [n, height, width, channels]; n may be any. */
import type { GraphAttribute, GraphBuilder, GraphValue } from "./graph";

type Attributes = Record<string, GraphAttribute>;

export const FLOAT: Attributes = { T: { type: "float32" } };
const INT: Attributes = { T: { type: "int32" } };
export const NHWC: Attributes = { data_format: { text: "NHWC" } };
export const SAME: Attributes = { ...NHWC, padding: { text: "SAME" } };
export const EVERY_PIXEL: Attributes = { strides: { ints: [1, 1, 1, 1] } };
export const EVERY_SECOND_PIXEL: Attributes = { strides: { ints: [1, 2, 2, 1] } };

export function floats(
  graph: GraphBuilder,
  op: string,
  inputs: GraphValue[],
  attributes?: Attributes,
): GraphValue {
  return graph.add(op, inputs, { ...FLOAT, ...attributes });
}

/** A whole number, such as an axis. */
function whole(graph: GraphBuilder, value: number): GraphValue {
  return graph.constant(Int32Array.of(value), []);
}

/** Whole numbers, such as a shape. */
export function list(graph: GraphBuilder, ...values: number[]): GraphValue {
  return graph.constant(Int32Array.from(values), [values.length]);
}

/** `size` numbers of x's shape, from axis `from` on. */
function shapePart(graph: GraphBuilder, x: GraphValue, from: number, size: number): GraphValue {
  const shape = floats(graph, "Shape", [x], { out_type: { type: "int32" } });
  return graph.add("Slice", [shape, list(graph, from), list(graph, size)], {
    ...INT,
    Index: { type: "int32" },
  });
}

function joined(graph: GraphBuilder, parts: GraphValue[], axis: number, type: Attributes): GraphValue {
  return graph.add("ConcatV2", [...parts, whole(graph, axis)], {
    ...type,
    N: { int: parts.length },
    Tidx: { type: "int32" },
  });
}

export function add(graph: GraphBuilder, a: GraphValue, b: GraphValue): GraphValue {
  return floats(graph, "AddV2", [a, b]);
}

export function relu(graph: GraphBuilder, x: GraphValue): GraphValue {
  return floats(graph, "Relu", [x]);
}

/** x [n, in] times weights [in, out] plus bias [out]. */
export function linear(
  graph: GraphBuilder,
  x: GraphValue,
  weights: GraphValue,
  bias: GraphValue,
): GraphValue {
  return floats(graph, "BiasAdd", [floats(graph, "MatMul", [x, weights]), bias], NHWC);
}

/** Rows of a table [rows, dim], one for each of n indices. */
export function gather(graph: GraphBuilder, table: GraphValue, indices: GraphValue): GraphValue {
  return graph.add("GatherV2", [table, indices, whole(graph, 0)], {
    Tparams: { type: "float32" },
    Tindices: { type: "int32" },
    Taxis: { type: "int32" },
  });
}

/** Convolution that keeps the size. */
export function convolve(graph: GraphBuilder, x: GraphValue, filter: GraphValue): GraphValue {
  return floats(graph, "Conv2D", [x, filter], { ...SAME, ...EVERY_PIXEL });
}

/** Convolution that keeps the size, and bias. */
export function conv2d(graph: GraphBuilder, x: GraphValue, filter: GraphValue, bias: GraphValue): GraphValue {
  return floats(graph, "BiasAdd", [convolve(graph, x, filter), bias], NHWC);
}

/** Transposed convolution that doubles height and width, and bias; `channels` is the bias's length. */
export function convTranspose2d(
  graph: GraphBuilder,
  x: GraphValue,
  filter: GraphValue,
  bias: GraphValue,
  channels: number,
): GraphValue {
  const size = graph.add("Mul", [shapePart(graph, x, 1, 2), list(graph, 2, 2)], INT);
  const shape = joined(graph, [shapePart(graph, x, 0, 1), size, list(graph, channels)], 0, INT);
  const attributes = { ...SAME, ...EVERY_SECOND_PIXEL };
  const upsampled = floats(graph, "Conv2DBackpropInput", [shape, filter, x], attributes);
  return floats(graph, "BiasAdd", [upsampled, bias], NHWC);
}

/** A vector's numbers [n, channels] added to the channels of every pixel. */
export function addToPixels(graph: GraphBuilder, x: GraphValue, vector: GraphValue): GraphValue {
  const inserted = (value: GraphValue): GraphValue =>
    floats(graph, "ExpandDims", [value, whole(graph, 1)], { Tdim: { type: "int32" } });
  return add(graph, x, inserted(inserted(vector))); // [n, C] -> [n, 1, 1, C]
}

/** Largest value of each 2x2 pixels. */
export function maxPool2x2(graph: GraphBuilder, x: GraphValue): GraphValue {
  const valid = { ...NHWC, padding: { text: "VALID" } };
  return floats(graph, "MaxPool", [x], { ...valid, ...EVERY_SECOND_PIXEL, ksize: { ints: [1, 2, 2, 1] } });
}

/** Squares of `size` x `size` pixels as channels. */
export function spaceToDepth(graph: GraphBuilder, x: GraphValue, size: number): GraphValue {
  return floats(graph, "SpaceToDepth", [x], { ...NHWC, block_size: { int: size } });
}

/** Channels as squares of `size` x `size` pixels. */
export function depthToSpace(graph: GraphBuilder, x: GraphValue, size: number): GraphValue {
  return floats(graph, "DepthToSpace", [x], { ...NHWC, block_size: { int: size } });
}

export function concatChannels(graph: GraphBuilder, first: GraphValue, second: GraphValue): GraphValue {
  return joined(graph, [first, second], 3, FLOAT);
}

/** [n, height, width, channels] -> [n, height * width * channels]. */
export function flatten(graph: GraphBuilder, x: GraphValue): GraphValue {
  const shape = joined(graph, [shapePart(graph, x, 0, 1), list(graph, -1)], 0, INT);
  return floats(graph, "Reshape", [x, shape], { Tshape: { type: "int32" } });
}
