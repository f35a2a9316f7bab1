/**
 * Calls TensorFlow's own operations through the tfjs-node backend, for those that TensorFlow.js has no kernel for.
 * Everything here runs only where that backend is the active one.
 */
import * as tf from "@tensorflow/tfjs-core";

/** The constants of tfjs-node's binding that name the types of an operation's attributes. */
interface Binding {
  TF_ATTR_TYPE: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  TF_FLOAT: number;
}

interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

interface TensorFlowBackend {
  binding: Binding & {
    executeOp(op: string, attributes: Attribute[], inputIds: number[], outputs: number): unknown[];
  };
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    op: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** An attribute's value: whole numbers as `{ int }`, shapes as `{ shape }`, others by their JavaScript type. */
export type AttributeValue = string | boolean | number | { int: number | number[] } | { shape: number[] };

/** Whether the active backend is tfjs-node's TensorFlow. */
export function isTensorFlow(): boolean {
  return tf.getBackend() === "tensorflow";
}

function backend(): TensorFlowBackend {
  return tf.backend() as unknown as TensorFlowBackend;
}

function attribute(binding: Binding, name: string, value: AttributeValue): Attribute {
  if (typeof value === "string") return { name, type: binding.TF_ATTR_STRING, value };
  if (typeof value === "boolean") return { name, type: binding.TF_ATTR_BOOL, value };
  if (typeof value === "number") return { name, type: binding.TF_ATTR_FLOAT, value };
  if ("shape" in value) return { name, type: binding.TF_ATTR_SHAPE, value: value.shape };
  return { name, type: binding.TF_ATTR_INT, value: value.int };
}

/** Attributes that name a type of the operation's arguments, where it is not T alone; here they are float32 always. */
const TYPE_ATTRIBUTES: Record<string, string[]> = {
  FusedBatchNormV3: ["T", "U"],
  FusedBatchNormGradV3: ["T", "U"],
  _MklNativeFusedBatchNormEx: ["T", "U"],
  VarHandleOp: ["dtype"],
  AssignVariableOp: ["dtype"],
  ReadVariableOp: ["dtype"],
  DestroyResourceOp: [],
};

function allAttributes(op: string, attributes: Record<string, AttributeValue>): Attribute[] {
  const { binding } = backend();
  const types = (TYPE_ATTRIBUTES[op] ?? ["T"]).map((name) => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value: binding.TF_FLOAT,
  }));
  return [...types, ...Object.entries(attributes).map(([name, value]) => attribute(binding, name, value))];
}

/** Runs a TensorFlow operation on float32 tensors and returns its first `outputs` outputs. */
export function execute(
  op: string,
  inputs: tf.Tensor[],
  attributes: Record<string, AttributeValue>,
  outputs = 1,
): tf.Tensor[] {
  return backend().executeMultipleOutputs(op, allAttributes(op, attributes), inputs, outputs);
}

/** Runs a TensorFlow operation that changes a resource and has no output. */
export function executeOnResource(
  op: string,
  inputs: tf.Tensor[],
  attributes: Record<string, AttributeValue>,
): void {
  const { binding } = backend();
  binding.executeOp(op, allAttributes(op, attributes), backend().getInputTensorIds(inputs), 0);
}

let resources = 0;

/** The handle of a new resource variable that holds `value`. Free it with `DestroyResourceOp`. */
export function createResource(value: tf.Tensor): tf.Tensor {
  const name = `cfg-variable-${resources++}`;
  const [handle] = execute("VarHandleOp", [], {
    container: "",
    shared_name: name,
    shape: { shape: value.shape },
  });
  executeOnResource("AssignVariableOp", [handle, value], {});
  return handle;
}

/**
 * The attribute that selects one of oneDNN's kernels (`_MklNative...`). A TensorFlow graph is rewritten to them; an
 * operation called by name has to ask.
 */
const ONE_DNN: Record<string, AttributeValue> = { _kernel: "MklNameChangeOp" };

/** Like {@link execute}, for an operation of oneDNN's; use only where {@link hasOneDnn}. */
export function executeOneDnn(
  op: string,
  inputs: tf.Tensor[],
  attributes: Record<string, AttributeValue>,
  outputs = 1,
): tf.Tensor[] {
  return execute(op, inputs, { ...attributes, ...ONE_DNN }, outputs);
}

let oneDnn: boolean | undefined;

/** Whether this TensorFlow has oneDNN's kernels: on x86 CPUs it has, on GPUs and ARM chips it need not. */
export function hasOneDnn(): boolean {
  oneDnn ??= !backend().isUsingGpuDevice && tf.tidy(canPoolWithOneDnn);
  return oneDnn;
}

function canPoolWithOneDnn(): boolean {
  return works(() => executeOneDnn("_MklNativeMaxPool", [tf.ones([1, 2, 2, 1])], POOL_2X2, 2));
}

function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** A convolution over every pixel that keeps the size, as the attributes of TensorFlow's convolutions. */
export const SAME_CONVOLUTION: Record<string, AttributeValue> = {
  strides: { int: [1, 1, 1, 1] },
  padding: "SAME",
  data_format: "NHWC",
  dilations: { int: [1, 1, 1, 1] },
};

/** Max pooling over 2x2 pixels with stride 2, as the attributes of TensorFlow's pooling operations. */
export const POOL_2X2: Record<string, AttributeValue> = {
  ksize: { int: [1, 2, 2, 1] },
  strides: { int: [1, 2, 2, 1] },
  padding: "VALID",
  data_format: "NHWC",
  workspace_enabled: true,
};
