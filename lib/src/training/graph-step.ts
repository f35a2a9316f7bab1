/**
 * A whole training step as one graph: forward, mean squared error, backward, Adam and the moving average, in one call of
 * TensorFlow in place of some 700. All learned numbers lie in one vector, so that Adam and the average are one operation
 * each.
 */
import * as tf from "@tensorflow/tfjs-core";
import { canRunGraphs, GraphBuilder, type GraphSession, type GraphValue, openGraph } from "../engine/graph";
import * as back from "../engine/graph-gradients";
import { floats } from "../engine/graph-ops";
import type { Network } from "../nn/fold";
import { type GraphParameter, GraphTrainingLayers } from "../nn/graph-training";
import { isTrained, type Parameters } from "../nn/parameters";

/** The numbers of training, by PyTorch's name in TensorFlow's layout; `m` and `v` are Adam's, of what is learned. */
export interface TrainingNumbers {
  model: Parameters;
  ema: Parameters;
  m: Parameters;
  v: Parameters;
}

/** What one step takes beside the batch. */
export interface StepNumbers {
  /** Counts from 1. */
  step: number;
  learningRate: number;
  /** Share of the way that the moving average goes towards the weights. */
  emaShare: number;
}

/** A training step that is ready to run; it holds the numbers of training until they are read. */
export interface GraphStep {
  /**
   * @param inputs the network's, in its order
   * @param target what it is to predict
   * @returns the loss
   */
  run(inputs: readonly tf.Tensor[], target: tf.Tensor, numbers: StepNumbers): tf.Scalar;
  /** Copies of the numbers now. The caller disposes of them. */
  read(): TrainingNumbers;
  dispose(): void;
}

/** Adam's settings (Kingma and Ba, arXiv 1412.6980), PyTorch's defaults. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Where a tensor lies in a vector. */
interface Place {
  name: string;
  start: number;
  shape: number[];
}

/** Slices that begin at a multiple of 16 numbers, 64 bytes, are views; others are copied. */
const ALIGNMENT = 16;

/** Places for these tensors, end to end. */
function layOut(tensors: readonly (readonly [string, tf.Tensor])[]): { places: Place[]; size: number } {
  let size = 0;
  const places = tensors.map(([name, { shape, size: count }]) => {
    const start = size;
    size += Math.ceil(count / ALIGNMENT) * ALIGNMENT;
    return { name, start, shape };
  });
  return { places, size };
}

/**
 * Compiles a step of Adam on the mean squared error of a network's prediction.
 * @param momentum share of the way that batch norm's running statistics go towards the batch's
 * @returns undefined where the active backend runs no graphs
 */
export function compileStep(
  network: Network,
  start: TrainingNumbers,
  momentum: number,
): GraphStep | undefined {
  if (!canRunGraphs()) return undefined;
  const entries = [...start.model];
  const learned = layOut(entries.filter(([name]) => isTrained(name)));
  const running = layOut(entries.filter(([name]) => name.includes(".running_")));
  const fixed = entries
    .filter(([name]) => !isTrained(name) && !name.includes(".running_"))
    .map(([name, tensor]) => ({ name, shape: tensor.shape, values: tensor.dataSync<"float32">().slice() }));
  const graph = new GraphBuilder();
  const written = writeStep(graph, network, { learned, running, fixed, momentum });
  const session = openGraph(graph);
  if (!session) return undefined;
  assign(session, written, start, { learned, running });
  return {
    run(inputs, target, { step, learningRate, emaShare }) {
      const [power1, power2] = [BETA1 ** step, BETA2 ** step];
      // TensorFlow adds epsilon to sqrt(v), PyTorch to sqrt(vHat): the same after this scaling.
      const epsilon = EPSILON * Math.sqrt(1 - power2);
      const numbers = tf.tensor1d([power1, power2, learningRate, BETA1, BETA2, epsilon, emaShare]);
      const feeds = new Map<GraphValue, tf.Tensor>([
        ...written.inputs.map((input, i) => [input, inputs[i]] as const),
        [written.target, target],
        [written.numbers, numbers],
      ]);
      const [loss] = session.run(feeds, [written.loss]);
      numbers.dispose();
      return loss as tf.Scalar;
    },
    read: () => readNumbers(session, written, { learned, running, fixed }),
    dispose: () => session.dispose(),
  };
}

type Layout = ReturnType<typeof layOut>;

interface Layouts {
  learned: Layout;
  running: Layout;
}

/** What no step changes: the biases that batch norm cancels. */
type Fixed = readonly { name: string; shape: number[]; values: Float32Array }[];

const VECTORS = ["model", "ema", "m", "v", "running", "emaRunning"] as const;
type Vector = (typeof VECTORS)[number];

interface WrittenStep {
  inputs: GraphValue[];
  target: GraphValue;
  numbers: GraphValue;
  loss: GraphValue;
  /** To set each vector, and to read it; `assigned` waits until all are set. */
  given: Record<Vector, GraphValue>;
  assigned: GraphValue;
  values: Record<Vector, GraphValue>;
}

function byVector<Value>(valueOf: (vector: Vector) => Value): Record<Vector, Value> {
  return Object.fromEntries(VECTORS.map((vector) => [vector, valueOf(vector)])) as Record<Vector, Value>;
}

function writeStep(
  graph: GraphBuilder,
  network: Network,
  { learned, running, fixed, momentum }: Layouts & { fixed: Fixed; momentum: number },
): WrittenStep {
  const sizeOf = (vector: Vector): number => (/running/i.test(vector) ? running.size : learned.size);
  const variables = byVector((vector) => back.variable(graph, sizeOf(vector)));
  const given = byVector((vector) => graph.input(`given_${vector}`, "float32", [sizeOf(vector)]));
  const assignments = VECTORS.map((vector) => back.assignVariable(graph, variables[vector], given[vector]));
  const assigned = graph.constant(Float32Array.of(1), [], assignments);

  const inputs = network.inputs.map(({ name, dtype, shape }) => graph.input(name, dtype, [-1, ...shape]));
  const target = graph.input("target", "float32", [-1, ...network.inputs[0].shape]);
  const numbers = graph.input("numbers", "float32", [7]);
  const number = (index: number): GraphValue => back.element(graph, numbers, index);

  const weights = back.readVariable(graph, variables.model);
  const parameters = new Map<string, GraphParameter>();
  for (const { name, start, shape } of learned.places)
    parameters.set(name, { value: back.vectorPart(graph, weights, start, shape), shape });
  for (const { name, shape, values } of fixed)
    parameters.set(name, { value: graph.constant(values, shape), shape });

  const statistics = new Map<string, GraphValue>();
  const layers = new GraphTrainingLayers(
    graph,
    (name) => {
      const parameter = parameters.get(name);
      if (!parameter) throw new Error(`the network has no parameter ${name}.`);
      return parameter;
    },
    inputs,
    (norm, { mean, variance }) =>
      statistics.set(`${norm}.running_mean`, mean).set(`${norm}.running_var`, variance),
  );
  const [prediction] = network.run<GraphValue>(layers, inputs);
  const [loss, dPrediction] = back.meanSquaredError(graph, prediction, target);
  const gradients = layers.gradients(
    prediction,
    dPrediction,
    learned.places.map(({ name }) => parameters.get(name)!.value),
  );

  const gradient = endToEnd(graph, learned, (i) => gradients[i]);
  const { model, ema, m, v, running: statisticsNow, emaRunning } = variables;
  const adam = back.applyAdam(graph, {
    variable: model,
    m,
    v,
    numbers: [0, 1, 2, 3, 4, 5].map(number),
    gradient,
  });
  const batch = endToEnd(graph, running, (i) => statistics.get(running.places[i].name)!);
  const moved = moveTowards(graph, statisticsNow, batch, graph.constant(Float32Array.of(momentum), []));
  const averaged = moveTowards(graph, ema, back.readVariable(graph, model, [adam]), number(6));
  const nowRead = back.readVariable(graph, statisticsNow, [moved]);
  const averagedRunning = moveTowards(graph, emaRunning, nowRead, number(6));
  const done = graph.add(
    "Identity",
    [loss],
    { T: { type: "float32" } },
    {
      name: "loss",
      after: [adam, moved, averaged, averagedRunning],
    },
  );
  const values = byVector((vector) => back.readVariable(graph, variables[vector]));
  return { inputs, target, numbers, loss: done, given, assigned, values };
}

/** variable += share (target - variable); returns the operation, to wait for. */
function moveTowards(
  graph: GraphBuilder,
  variable: back.GraphVariable,
  target: GraphValue,
  share: GraphValue,
): GraphValue {
  const difference = floats(graph, "Sub", [back.readVariable(graph, variable), target]);
  return back.moveVariable(graph, variable, share, difference);
}

/** One vector of many values, each at its place. */
function endToEnd(
  graph: GraphBuilder,
  { places, size }: Layout,
  valueOf: (index: number) => GraphValue,
): GraphValue {
  const parts = places.flatMap(({ start, shape }, i) => {
    const end = start + shape.reduce((a, b) => a * b, 1);
    const gap = (places[i + 1]?.start ?? size) - end;
    const part = back.asVector(graph, valueOf(i));
    return gap === 0 ? [part] : [part, graph.constant(new Float32Array(gap), [gap])];
  });
  return back.joinVectors(graph, parts);
}

function assign(session: GraphSession, written: WrittenStep, start: TrainingNumbers, layouts: Layouts): void {
  const { learned, running } = layouts;
  const vectors: Record<Vector, tf.Tensor> = {
    model: vectorOf(start.model, learned),
    ema: vectorOf(start.ema, learned),
    m: vectorOf(start.m, learned),
    v: vectorOf(start.v, learned),
    running: vectorOf(start.model, running),
    emaRunning: vectorOf(start.ema, running),
  };
  const feeds = new Map(VECTORS.map((vector) => [written.given[vector], vectors[vector]]));
  tf.dispose(session.run(feeds, [written.assigned]));
  tf.dispose(Object.values(vectors));
}

function vectorOf(parameters: Parameters, { places, size }: Layout): tf.Tensor1D {
  const numbers = new Float32Array(size);
  for (const { name, start } of places) numbers.set(parameters.get(name)!.dataSync<"float32">(), start);
  return tf.tensor1d(numbers);
}

function readNumbers(
  session: GraphSession,
  written: WrittenStep,
  { learned, running, fixed }: Layouts & { fixed: Fixed },
): TrainingNumbers {
  const tensors = session.run(
    new Map(),
    VECTORS.map((vector) => written.values[vector]),
  );
  const numbers = byVector((vector) => tensors[VECTORS.indexOf(vector)].dataSync<"float32">());
  tf.dispose(tensors);
  const parts = (vector: Vector, { places }: Layout): [string, tf.Tensor][] =>
    places.map(({ name, start, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, tf.tensor(numbers[vector].slice(start, start + size), shape)];
    });
  const whole = (weights: Vector, statistics: Vector): Parameters =>
    new Map([
      ...parts(weights, learned),
      ...parts(statistics, running),
      ...fixed.map(({ name, shape, values }): [string, tf.Tensor] => [name, tf.tensor(values, shape)]),
    ]);
  return {
    model: whole("model", "running"),
    ema: whole("ema", "emaRunning"),
    m: new Map(parts("m", learned)),
    v: new Map(parts("v", learned)),
  };
}
