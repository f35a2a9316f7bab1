/**
 * The layers in training mode as nodes of a graph, with their gradients: every layer notes how a gradient goes back
 * through it, and `gradients` follows these notes from the loss to the parameters (reverse-mode differentiation).
 */
import type { GraphBuilder, GraphValue } from "../engine/graph";
import * as ops from "../engine/graph-ops";
import * as back from "../engine/graph-gradients";
import type { Layers } from "./layers";

/** A parameter in the graph, and its shape in TensorFlow's layout. */
export interface GraphParameter {
  value: GraphValue;
  shape: readonly number[];
}

/** Receives the batch statistics [channels] that batch norm `norm` saw. */
export type OnGraphStatistics = (
  norm: string,
  statistics: { mean: GraphValue; variance: GraphValue },
) => void;

/** Layers in training mode that add themselves to a graph. */
export class GraphTrainingLayers implements Layers<GraphValue> {
  /** How gradients go back, layer by layer in the order of the forward pass. */
  private readonly steps: { output: GraphValue; goBack: (dy: GraphValue) => void }[] = [];
  /** What has come back to each value so far: a value that is used twice gets two gradients. */
  private readonly arrived = new Map<GraphValue, GraphValue[]>();
  private readonly channels = new Map<GraphValue, number>();
  /** The network's inputs, and these in another order: their gradients are not computed. */
  private readonly data: Set<GraphValue>;

  /**
   * @param parameterOf a parameter by PyTorch's name
   * @param inputs the network's inputs
   */
  constructor(
    private readonly graph: GraphBuilder,
    private readonly parameterOf: (name: string) => GraphParameter,
    inputs: readonly GraphValue[],
    private readonly onStatistics: OnGraphStatistics,
  ) {
    this.data = new Set(inputs);
  }

  /** The gradients of these values, from the gradient of the last layer's output. */
  gradients(output: GraphValue, gradient: GraphValue, wanted: readonly GraphValue[]): GraphValue[] {
    this.arrive(output, gradient);
    for (const { output: value, goBack } of [...this.steps].reverse()) {
      const dy = this.total(value);
      if (dy !== undefined) goBack(dy);
    }
    return wanted.map((value) => {
      const total = this.total(value);
      if (total === undefined) throw new Error(`nothing of the loss depends on ${value}.`);
      return total;
    });
  }

  linear(x: GraphValue, name: string): GraphValue {
    const [weight, bias] = [this.get(`${name}.weight`), this.get(`${name}.bias`)];
    return this.note(ops.linear(this.graph, x, weight, bias), (dy) => {
      this.arrive(bias, back.biasGradient(this.graph, dy));
      this.arrive(weight, back.matMul(this.graph, x, dy, { transposeA: true }));
      this.arriveAt(x, () => back.matMul(this.graph, dy, weight, { transposeB: true }));
    });
  }

  embedding(labels: GraphValue, name: string): GraphValue {
    const { value: table, shape } = this.parameterOf(`${name}.weight`);
    const rows = back.oneHot(this.graph, labels, shape[0]);
    return this.note(back.matMul(this.graph, rows, table), (dy) =>
      this.arrive(table, back.matMul(this.graph, rows, dy, { transposeA: true })),
    );
  }

  add(a: GraphValue, b: GraphValue): GraphValue {
    return this.note(ops.add(this.graph, a, b), (dy) => {
      this.arrive(a, dy);
      this.arrive(b, dy);
    });
  }

  relu(x: GraphValue): GraphValue {
    const output = ops.relu(this.graph, x);
    return this.note(output, (dy) => this.arrive(x, back.reluGradient(this.graph, dy, output)));
  }

  conv2d(x: GraphValue, name: string): GraphValue {
    const { value: filter, shape } = this.parameterOf(`${name}.weight`);
    const bias = this.get(`${name}.bias`);
    const output = ops.conv2d(this.graph, x, filter, bias);
    this.channels.set(output, shape[3]);
    return this.note(output, (dy) => {
      this.arrive(bias, back.biasGradient(this.graph, dy));
      this.arrive(filter, back.convFilterGradient(this.graph, x, shape, dy));
      this.arriveAt(x, () => back.convInputGradient(this.graph, x, filter, dy));
    });
  }

  convBatchNormRelu(x: GraphValue, conv: string, norm: string): GraphValue {
    const { value: filter, shape } = this.parameterOf(`${conv}.weight`);
    const [scale, offset] = [this.get(`${norm}.weight`), this.get(`${norm}.bias`)];
    const convolved = ops.convolve(this.graph, x, filter);
    const {
      output: normalized,
      mean,
      variance,
      reserves,
    } = back.batchNorm(this.graph, convolved, scale, offset);
    const output = ops.relu(this.graph, normalized);
    // The convolution's bias is left out, since batch norm cancels it, but the running mean has it.
    this.onStatistics(norm, { mean: ops.add(this.graph, mean, this.get(`${conv}.bias`)), variance });
    this.channels.set(output, shape[3]);
    return this.note(output, (dy) => {
      const dNorm = back.reluGradient(this.graph, dy, output);
      const [dConv, dScale, dOffset] = back.batchNormGradient(this.graph, dNorm, convolved, scale, reserves);
      this.arrive(scale, dScale);
      this.arrive(offset, dOffset);
      this.arrive(filter, back.convFilterGradient(this.graph, x, shape, dConv));
      this.arriveAt(x, () => back.convInputGradient(this.graph, x, filter, dConv));
    });
  }

  convTranspose2d(x: GraphValue, name: string): GraphValue {
    const { value: filter, shape } = this.parameterOf(`${name}.weight`); // [height, width, out, in]
    const bias = this.get(`${name}.bias`);
    const output = ops.convTranspose2d(this.graph, x, filter, bias, shape[2]);
    this.channels.set(output, shape[2]);
    return this.note(output, (dy) => {
      this.arrive(bias, back.biasGradient(this.graph, dy));
      this.arrive(filter, back.convTransposeFilterGradient(this.graph, x, shape, dy));
      this.arriveAt(x, () => back.convTransposeInputGradient(this.graph, filter, dy));
    });
  }

  addToPixels(x: GraphValue, vector: GraphValue): GraphValue {
    return this.note(ops.addToPixels(this.graph, x, vector), (dy) => {
      this.arrive(x, dy);
      this.arrive(vector, back.sumOverPixels(this.graph, dy));
    });
  }

  maxPool(x: GraphValue): GraphValue {
    const pooled = ops.maxPool2x2(this.graph, x);
    return this.note(pooled, (dy) => this.arrive(x, back.maxPoolGradient(this.graph, x, pooled, dy)));
  }

  spaceToDepth(x: GraphValue, size: number): GraphValue {
    const output = ops.spaceToDepth(this.graph, x, size);
    if (this.data.has(x)) this.data.add(output);
    return this.note(output, (dy) => this.arriveAt(x, () => ops.depthToSpace(this.graph, dy, size)));
  }

  depthToSpace(x: GraphValue, size: number): GraphValue {
    return this.note(ops.depthToSpace(this.graph, x, size), (dy) =>
      this.arrive(x, ops.spaceToDepth(this.graph, dy, size)),
    );
  }

  concat(first: GraphValue, second: GraphValue): GraphValue {
    const count = this.channels.get(first);
    if (count === undefined) throw new Error(`how many channels ${first} has is not known.`);
    return this.note(ops.concatChannels(this.graph, first, second), (dy) => {
      const [dFirst, dSecond] = back.splitChannels(this.graph, dy, count);
      this.arrive(first, dFirst);
      this.arrive(second, dSecond);
    });
  }

  flatten(x: GraphValue): GraphValue {
    return this.note(ops.flatten(this.graph, x), (dy) => this.arrive(x, back.reshapeAs(this.graph, dy, x)));
  }

  private get(name: string): GraphValue {
    return this.parameterOf(name).value;
  }

  private note(output: GraphValue, goBack: (dy: GraphValue) => void): GraphValue {
    this.steps.push({ output, goBack });
    return output;
  }

  private arrive(value: GraphValue, gradient: GraphValue): void {
    this.arrived.set(value, [...(this.arrived.get(value) ?? []), gradient]);
  }

  /** As `arrive`, for a value that may be data: then the gradient is not computed. */
  private arriveAt(value: GraphValue, gradientOf: () => GraphValue): void {
    if (!this.data.has(value)) this.arrive(value, gradientOf());
  }

  private total(value: GraphValue): GraphValue | undefined {
    return this.arrived.get(value)?.reduce((sum, gradient) => ops.add(this.graph, sum, gradient));
  }
}
