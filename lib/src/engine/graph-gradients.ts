/**
 * What training needs of a graph beside the operations of graph-ops.ts: their gradients, batch norm in training mode, and
 * variables that keep their numbers from run to run. Images are [n, height, width, channels]; n may be any.
 */
import { BATCH_NORM_EPSILON } from "./ops";
import type { GraphAttribute, GraphBuilder, GraphValue } from "./graph";
import { EVERY_PIXEL, EVERY_SECOND_PIXEL, floats, FLOAT, list, NHWC, SAME } from "./graph-ops";

type Attributes = Record<string, GraphAttribute>;

const BATCH_NORM: Attributes = {
  ...NHWC,
  U: { type: "float32" },
  epsilon: { number: BATCH_NORM_EPSILON },
  is_training: { flag: true },
};

/** a b, each transposed where it says so. */
export function matMul(
  graph: GraphBuilder,
  a: GraphValue,
  b: GraphValue,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): GraphValue {
  return floats(graph, "MatMul", [a, b], {
    transpose_a: { flag: transposeA },
    transpose_b: { flag: transposeB },
  });
}

/** dy summed over all but the last axis: the gradient of a bias. */
export function biasGradient(graph: GraphBuilder, dy: GraphValue): GraphValue {
  return floats(graph, "BiasAddGrad", [dy], NHWC);
}

export function reluGradient(graph: GraphBuilder, dy: GraphValue, output: GraphValue): GraphValue {
  return floats(graph, "ReluGrad", [dy, output]);
}

/** A shape as a value of the graph. */
function shapeOf(graph: GraphBuilder, x: GraphValue): GraphValue {
  return floats(graph, "Shape", [x], { out_type: { type: "int32" } });
}

/** The gradient of a convolution's input x. */
export function convInputGradient(
  graph: GraphBuilder,
  x: GraphValue,
  filter: GraphValue,
  dy: GraphValue,
): GraphValue {
  return floats(graph, "Conv2DBackpropInput", [shapeOf(graph, x), filter, dy], { ...SAME, ...EVERY_PIXEL });
}

/** The gradient of a convolution's filter, of this shape. */
export function convFilterGradient(
  graph: GraphBuilder,
  x: GraphValue,
  shape: readonly number[],
  dy: GraphValue,
): GraphValue {
  const inputs = [x, list(graph, ...shape), dy];
  return floats(graph, "Conv2DBackpropFilter", inputs, { ...SAME, ...EVERY_PIXEL });
}

/** The gradient of a transposed convolution's input: a convolution with stride 2. */
export function convTransposeInputGradient(
  graph: GraphBuilder,
  filter: GraphValue,
  dy: GraphValue,
): GraphValue {
  return floats(graph, "Conv2D", [dy, filter], { ...SAME, ...EVERY_SECOND_PIXEL });
}

/** The gradient of a transposed convolution's filter, of this shape. */
export function convTransposeFilterGradient(
  graph: GraphBuilder,
  x: GraphValue,
  shape: readonly number[],
  dy: GraphValue,
): GraphValue {
  const inputs = [dy, list(graph, ...shape), x];
  return floats(graph, "Conv2DBackpropFilter", inputs, { ...SAME, ...EVERY_SECOND_PIXEL });
}

/** Batch norm in training mode: what comes out, the batch's statistics, and what the gradient takes back. */
export interface TrainedBatchNorm {
  output: GraphValue;
  mean: GraphValue;
  /** With Bessel's correction. */
  variance: GraphValue;
  reserves: GraphValue[];
}

export function batchNorm(
  graph: GraphBuilder,
  x: GraphValue,
  scale: GraphValue,
  offset: GraphValue,
): TrainedBatchNorm {
  const empty = graph.constant(new Float32Array(0), [0]);
  const attributes = { ...BATCH_NORM, exponential_avg_factor: { number: 1 } };
  const norm = floats(graph, "FusedBatchNormV3", [x, scale, offset, empty, empty], attributes);
  const [output, mean, variance, ...reserves] = [0, 1, 2, 3, 4, 5].map((i) => graph.output(norm, i));
  return { output, mean, variance, reserves };
}

/** The gradients of batch norm's input, scale and offset. */
export function batchNormGradient(
  graph: GraphBuilder,
  dy: GraphValue,
  x: GraphValue,
  scale: GraphValue,
  reserves: readonly GraphValue[],
): [dx: GraphValue, dScale: GraphValue, dOffset: GraphValue] {
  const gradient = floats(graph, "FusedBatchNormGradV3", [dy, x, scale, ...reserves], BATCH_NORM);
  return [graph.output(gradient, 0), graph.output(gradient, 1), graph.output(gradient, 2)];
}

/** The gradient of the largest value of each 2x2 pixels. */
export function maxPoolGradient(
  graph: GraphBuilder,
  x: GraphValue,
  pooled: GraphValue,
  dy: GraphValue,
): GraphValue {
  const valid = { ...NHWC, padding: { text: "VALID" }, ...EVERY_SECOND_PIXEL };
  return floats(graph, "MaxPoolGrad", [x, pooled, dy], { ...valid, ksize: { ints: [1, 2, 2, 1] } });
}

/** The first `count` channels, and the others. */
export function splitChannels(
  graph: GraphBuilder,
  x: GraphValue,
  count: number,
): [first: GraphValue, others: GraphValue] {
  const slice = (from: number, size: number): GraphValue =>
    floats(graph, "Slice", [x, list(graph, 0, 0, 0, from), list(graph, -1, -1, -1, size)], {
      Index: { type: "int32" },
    });
  return [slice(0, count), slice(count, -1)];
}

/** The sum over all pixels: [n, height, width, channels] -> [n, channels]. */
export function sumOverPixels(graph: GraphBuilder, x: GraphValue): GraphValue {
  return floats(graph, "Sum", [x, list(graph, 1, 2)], {
    Tidx: { type: "int32" },
    keep_dims: { flag: false },
  });
}

/** Labels [n] as rows with a single 1, [n, depth]. */
export function oneHot(graph: GraphBuilder, labels: GraphValue, depth: number): GraphValue {
  const number = (value: number): GraphValue => graph.constant(Float32Array.of(value), []);
  const inputs = [labels, graph.constant(Int32Array.of(depth), []), number(1), number(0)];
  return floats(graph, "OneHot", inputs, { TI: { type: "int32" }, axis: { int: -1 } });
}

/** A value in the shape of another. */
export function reshapeAs(graph: GraphBuilder, x: GraphValue, like: GraphValue): GraphValue {
  return floats(graph, "Reshape", [x, shapeOf(graph, like)], { Tshape: { type: "int32" } });
}

/** The mean squared difference, and its gradient with regard to the prediction. */
export function meanSquaredError(
  graph: GraphBuilder,
  prediction: GraphValue,
  target: GraphValue,
): [loss: GraphValue, gradient: GraphValue] {
  const difference = floats(graph, "Sub", [prediction, target]);
  const axes = list(graph, 0, 1, 2, 3);
  const loss = floats(graph, "Mean", [floats(graph, "Square", [difference]), axes], {
    Tidx: { type: "int32" },
    keep_dims: { flag: false },
  });
  const size = floats(graph, "Size", [difference], { out_type: { type: "int32" } });
  const count = graph.add("Cast", [size], { SrcT: { type: "int32" }, DstT: { type: "float32" } });
  const share = floats(graph, "RealDiv", [graph.constant(Float32Array.of(2), []), count]);
  return [loss, floats(graph, "Mul", [difference, share])];
}

let variables = 0;

/** A vector that keeps its numbers from run to run. */
export interface GraphVariable {
  handle: GraphValue;
  size: number;
}

/** A variable of so many numbers; it must be assigned before it is read. */
export function variable(graph: GraphBuilder, size: number): GraphVariable {
  const handle = graph.add("VarHandleOp", [], {
    dtype: { type: "float32" },
    shape: { shape: [size] },
    container: { text: "" },
    shared_name: { text: `cfg-graph-variable-${variables++}` },
  });
  return { handle, size };
}

/** The variable's numbers, once all of `after` is done. */
export function readVariable(
  graph: GraphBuilder,
  { handle }: GraphVariable,
  after?: readonly GraphValue[],
): GraphValue {
  return graph.add("ReadVariableOp", [handle], { dtype: { type: "float32" } }, { after });
}

/** Sets the variable; returns the operation, to wait for. */
export function assignVariable(
  graph: GraphBuilder,
  { handle }: GraphVariable,
  value: GraphValue,
): GraphValue {
  return graph.add("AssignVariableOp", [handle, value], { dtype: { type: "float32" } });
}

/** variable -= share * difference; returns the operation, to wait for. */
export function moveVariable(
  graph: GraphBuilder,
  { handle }: GraphVariable,
  share: GraphValue,
  difference: GraphValue,
): GraphValue {
  const attributes = { ...FLOAT, use_locking: { flag: false } };
  return graph.add("ResourceApplyGradientDescent", [handle, share, difference], attributes);
}

/** One number of a vector. */
export function element(graph: GraphBuilder, vector: GraphValue, index: number): GraphValue {
  const one = floats(graph, "Slice", [vector, list(graph, index), list(graph, 1)], {
    Index: { type: "int32" },
  });
  const scalar = graph.constant(new Int32Array(0), [0]);
  return floats(graph, "Reshape", [one, scalar], { Tshape: { type: "int32" } }); // [1] -> []
}

/** `size` numbers of a vector from `start` on, in this shape. */
export function vectorPart(
  graph: GraphBuilder,
  vector: GraphValue,
  start: number,
  shape: readonly number[],
): GraphValue {
  const size = shape.reduce((a, b) => a * b, 1);
  const part = floats(graph, "Slice", [vector, list(graph, start), list(graph, size)], {
    Index: { type: "int32" },
  });
  return floats(graph, "Reshape", [part, list(graph, ...shape)], { Tshape: { type: "int32" } }); // [size] -> shape
}

/** All numbers of a value in a row: a vector. */
export function asVector(graph: GraphBuilder, x: GraphValue): GraphValue {
  return floats(graph, "Reshape", [x, list(graph, -1)], { Tshape: { type: "int32" } });
}

/** Vectors end to end. */
export function joinVectors(graph: GraphBuilder, parts: readonly GraphValue[]): GraphValue {
  return floats(graph, "ConcatV2", [...parts, graph.constant(Int32Array.of(0), [])], {
    N: { int: parts.length },
    Tidx: { type: "int32" },
  });
}

/** What {@link applyAdam} changes and takes. */
export interface AdamStep {
  variable: GraphVariable;
  m: GraphVariable;
  v: GraphVariable;
  /** Scalars, in the order of TensorFlow's: beta1^step, beta2^step, learning rate, beta1, beta2, epsilon. */
  numbers: readonly GraphValue[];
  gradient: GraphValue;
}

/** One step of Adam; returns the operation, to wait for. */
export function applyAdam(
  graph: GraphBuilder,
  { variable: value, m, v, numbers, gradient }: AdamStep,
): GraphValue {
  return graph.add("ResourceApplyAdam", [value.handle, m.handle, v.handle, ...numbers, gradient], {
    ...FLOAT,
    use_locking: { flag: false },
    use_nesterov: { flag: false },
  });
}
