/**
 * A network in training: its parameters, Adam's moments, batch norm's running statistics and the moving average of the
 * weights. It takes gradients and applies them; which loss they are of is the caller's business.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type AdamVariable, createAdamVariable, createVariable, type Variable } from "../engine/variables";
import { type Layers, trainingLayers } from "../nn/layers";
import { fromStateDict, isTrained, type Parameters, toStateDict } from "../nn/parameters";
import type { Network } from "../nn/fold";
import type { StateDict } from "../nn/state-dict";
import { checkNumber, checkPositive } from "../validate";
import { compileStep, type GraphStep, type TrainingNumbers } from "./graph-step";

/** Batch norm's running statistics move by this share of the way to the batch's (PyTorch's default). */
const BATCH_NORM_MOMENTUM = 0.1;

/** Everything a training run carries from step to step, with PyTorch's names and layouts. */
export interface TrainerState {
  /** Steps done. */
  step: number;
  model: StateDict;
  /** Exponential moving average of `model`, the running statistics included. */
  ema: StateDict;
  /** Adam's moving averages of the gradient and of its square. */
  adamM: StateDict;
  adamV: StateDict;
}

/** Loss of one batch and its gradients by parameter. The caller disposes of them. */
export interface LossAndGradients {
  loss: tf.Scalar;
  gradients: Parameters;
}

/** Options of {@link Trainer}. */
export interface TrainerOptions {
  /** Where training starts: fresh weights, or a whole earlier state. */
  start: StateDict | TrainerState;
  /** Above 0. */
  learningRate?: number;
  /** Decay of the moving average of the weights, from 0 to below 1. */
  emaDecay?: number;
}

/**
 * Holds the variables of training: call {@link Trainer.dispose} at the end.
 * @example
 * const trainer = new cfg.Trainer({ start: cfg.initialStateDict(0, cfg.unetShapes()), learningRate: 0.001 });
 * trainer.step // 0
 */
export class Trainer {
  private stepsDone = 0;
  private readonly learned = new Map<string, AdamVariable>();
  /** What Adam does not train: running statistics, and the biases that batch norm cancels. */
  private readonly others = new Map<string, Variable>();
  private readonly ema = new Map<string, Variable>();
  /** Whole steps, once one was asked for: the numbers are in its graph then, and the variables above are empty. */
  private whole: { network: Network; step: GraphStep } | undefined;
  /** Adam's, before warm-up and decay. */
  readonly learningRate: number;
  /** Decay of the moving average of the weights. */
  readonly emaDecay: number;
  /** Names and PyTorch shapes of the network's tensors. */
  readonly parameters: ReadonlyMap<string, { shape: readonly number[] }>;

  /** @throws RangeError on options out of range */
  constructor({ start, learningRate = 1e-3, emaDecay = 0.999 }: TrainerOptions) {
    checkPositive("learningRate", learningRate);
    if (!(emaDecay >= 0 && emaDecay < 1))
      throw new RangeError(`emaDecay is ${emaDecay}; it must be a number from 0 to below 1.`);
    this.learningRate = learningRate;
    this.emaDecay = emaDecay;
    const earlier = start instanceof Map ? null : start;
    const model = start instanceof Map ? start : start.model;
    this.stepsDone = earlier?.step ?? 0;
    this.parameters = new Map([...model].map(([name, { shape }]) => [name, { shape }]));
    tf.tidy(() => {
      const values = fromStateDict(model);
      this.fill({
        model: values,
        ema: earlier ? fromStateDict(earlier.ema) : values,
        m: earlier ? fromStateDict(earlier.adamM) : zerosLike(values),
        v: earlier ? fromStateDict(earlier.adamV) : zerosLike(values),
      });
    });
  }

  /** Puts numbers into the variables. */
  private fill({ model, ema, m, v }: TrainingNumbers): void {
    for (const [name, value] of model) {
      if (isTrained(name))
        this.learned.set(name, createAdamVariable(value, { m: m.get(name)!, v: v.get(name)! }));
      else this.others.set(name, createVariable(value));
      this.ema.set(name, createVariable(ema.get(name)!));
    }
  }

  /** Steps done so far. */
  get step(): number {
    return this.stepsDone;
  }

  /**
   * A loss and its gradients: `lossOf` builds it from the layers in training mode, such as the mean squared error of
   * `denoisingLoss`. Updates the running statistics of batch norm, as PyTorch's forward pass in training mode does.
   */
  gradientsOf(lossOf: (layers: Layers) => tf.Scalar): LossAndGradients {
    this.leaveGraph();
    const names = [...this.learned.keys()];
    const { loss, gradients } = tf.tidy(() => {
      const fixed = new Map([...this.others].map(([name, variable]) => [name, variable.read()]));
      const start = [...this.learned.values()].map((variable) => variable.read());
      const forward = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = new Map([...fixed, ...names.map((name, i) => [name, values[i]] as const)]);
        const layers = trainingLayers(parameters, (norm, { mean, variance }) => {
          this.others.get(`${norm}.running_mean`)!.moveTowards(mean, BATCH_NORM_MOMENTUM);
          this.others.get(`${norm}.running_var`)!.moveTowards(variance, BATCH_NORM_MOMENTUM);
          tf.dispose([mean, variance]);
        });
        return lossOf(layers);
      };
      const { value, grads } = tf.valueAndGrads(forward)(start);
      return { loss: value, gradients: grads };
    });
    return { loss, gradients: new Map(names.map((name, i) => [name, gradients[i]])) };
  }

  /** Gradients with PyTorch's names and layouts. */
  gradientStateDict(gradients: Parameters): StateDict {
    return toStateDict(gradients);
  }

  /**
   * One step of Adam, and of the moving average of the weights.
   * @param share of the learning rate, 0..1
   */
  applyGradients(gradients: Parameters, share: number = 1): void {
    checkNumber("share", share, 0, 1);
    this.leaveGraph();
    this.stepsDone++;
    for (const [name, variable] of this.learned) {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`there is no gradient for ${name}.`);
      variable.adamStep(gradient, this.stepsDone, { learningRate: share * this.learningRate });
    }
    const moved = this.emaShare();
    tf.tidy(() => {
      for (const [name, average] of this.ema) average.moveTowards(this.variable(name).read(), moved);
    });
  }

  /** The average's way towards the weights. */
  private emaShare(): number {
    // Divided by 1 - decay^step as Adam's moments are: else the untrained start would keep decay^step of the average.
    return (1 - this.emaDecay) / (1 - this.emaDecay ** this.stepsDone);
  }

  /**
   * A whole step on the mean squared error of a network's prediction: what `gradientsOf` and `applyGradients` do, as one
   * graph where the engine runs graphs. The first step with a network compiles it.
   * @param network the same object at every step
   * @param inputs the network's, in its order
   * @param target what it is to predict
   * @param share of the learning rate, 0..1
   * @returns the loss; the caller disposes of it
   */
  trainStep(network: Network, inputs: readonly tf.Tensor[], target: tf.Tensor, share: number = 1): tf.Scalar {
    checkNumber("share", share, 0, 1);
    const step = this.wholeStep(network);
    if (!step) {
      const { loss, gradients } = this.gradientsOf((layers) =>
        tf.mean<tf.Scalar>(tf.squaredDifference(network.run<tf.Tensor>(layers, inputs)[0], target)),
      );
      this.applyGradients(gradients, share);
      tf.dispose([...gradients.values()]);
      return loss;
    }
    this.stepsDone++;
    const learningRate = share * this.learningRate;
    return step.run(inputs, target, { step: this.stepsDone, learningRate, emaShare: this.emaShare() });
  }

  /** The graph of whole steps, with the numbers in it; undefined where the engine runs no graphs. */
  private wholeStep(network: Network): GraphStep | undefined {
    if (this.whole?.network !== network) {
      this.leaveGraph();
      const numbers = this.numbers();
      const step = compileStep(network, numbers, BATCH_NORM_MOMENTUM);
      disposeNumbers(numbers);
      if (!step) return undefined;
      this.whole = { network, step };
      this.empty();
    }
    return this.whole.step;
  }

  /** Takes the numbers back into the variables. */
  private leaveGraph(): void {
    if (!this.whole) return;
    const numbers = this.whole.step.read();
    this.fill(numbers);
    disposeNumbers(numbers);
    this.whole.step.dispose();
    this.whole = undefined;
  }

  /** Copies of all numbers, wherever they are. */
  private numbers(): TrainingNumbers {
    if (this.whole) return this.whole.step.read();
    const read = (names: Iterable<string>, variableOf: (name: string) => Variable): Parameters =>
      new Map([...names].map((name) => [name, variableOf(name).read()]));
    return {
      model: read(this.ema.keys(), (name) => this.variable(name)),
      ema: read(this.ema.keys(), (name) => this.ema.get(name)!),
      m: read(this.learned.keys(), (name) => this.learned.get(name)!.moments.m),
      v: read(this.learned.keys(), (name) => this.learned.get(name)!.moments.v),
    };
  }

  /** The weights now. */
  stateDict(): StateDict {
    return this.collect(({ model }) => toStateDict(model));
  }

  /** The moving average of the weights. */
  emaStateDict(): StateDict {
    return this.collect(({ ema }) => toStateDict(ema));
  }

  /** Everything that a later {@link Trainer} needs to go on from here. */
  state(): TrainerState {
    return this.collect(({ model, ema, m, v }) => ({
      step: this.stepsDone,
      model: toStateDict(model),
      ema: toStateDict(ema),
      adamM: toStateDict(m),
      adamV: toStateDict(v),
    }));
  }

  /** Frees everything. */
  dispose(): void {
    this.whole?.step.dispose();
    this.whole = undefined;
    this.empty();
  }

  private empty(): void {
    for (const variables of [this.learned, this.others, this.ema]) {
      for (const variable of variables.values()) variable.dispose();
      variables.clear();
    }
  }

  private variable(name: string): Variable {
    return this.learned.get(name) ?? this.others.get(name)!;
  }

  private collect<Result>(resultOf: (numbers: TrainingNumbers) => Result): Result {
    const numbers = this.numbers();
    try {
      return resultOf(this.inOrder(numbers));
    } finally {
      disposeNumbers(numbers);
    }
  }

  /** The same in the order of PyTorch's state dict. */
  private inOrder(numbers: TrainingNumbers): TrainingNumbers {
    const sorted = (values: Parameters): Parameters =>
      new Map(
        [...this.parameters.keys()].flatMap((name) => (values.has(name) ? [[name, values.get(name)!]] : [])),
      );
    const { model, ema, m, v } = numbers;
    return { model: sorted(model), ema: sorted(ema), m: sorted(m), v: sorted(v) };
  }
}

function zerosLike(values: Parameters): Parameters {
  return new Map([...values].map(([name, value]) => [name, tf.zerosLike(value)]));
}

function disposeNumbers({ model, ema, m, v }: TrainingNumbers): void {
  tf.dispose([model, ema, m, v].flatMap((values) => [...values.values()]));
}
