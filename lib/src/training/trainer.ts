/**
 * A network in training: its parameters, Adam's moments, batch norm's running statistics and the moving average of the
 * weights. It takes gradients and applies them; which loss they are of is the caller's business.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type AdamVariable, createAdamVariable, createVariable, type Variable } from "../engine/variables";
import { type Layers, trainingLayers } from "../nn/layers";
import { fromStateDict, isTrained, type Parameters, toStateDict } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import { checkNumber, checkPositive } from "../validate";

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
      const averages = earlier ? fromStateDict(earlier.ema) : values;
      const m = earlier ? fromStateDict(earlier.adamM) : null;
      const v = earlier ? fromStateDict(earlier.adamV) : null;
      for (const [name, value] of values) {
        if (isTrained(name)) {
          const moments = m && v ? { m: m.get(name)!, v: v.get(name)! } : undefined;
          this.learned.set(name, createAdamVariable(value, moments));
        } else this.others.set(name, createVariable(value));
        this.ema.set(name, createVariable(averages.get(name)!));
      }
    });
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
    this.stepsDone++;
    for (const [name, variable] of this.learned) {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`there is no gradient for ${name}.`);
      variable.adamStep(gradient, this.stepsDone, { learningRate: share * this.learningRate });
    }
    // Divided by 1 - decay^step as Adam's moments are: else the untrained start would keep decay^step of the average.
    const moved = (1 - this.emaDecay) / (1 - this.emaDecay ** this.stepsDone);
    tf.tidy(() => {
      for (const [name, average] of this.ema) average.moveTowards(this.variable(name).read(), moved);
    });
  }

  /** The weights now. */
  stateDict(): StateDict {
    return this.collect((name) => this.variable(name));
  }

  /** The moving average of the weights. */
  emaStateDict(): StateDict {
    return this.collect((name) => this.ema.get(name)!);
  }

  /** Everything that a later {@link Trainer} needs to go on from here. */
  state(): TrainerState {
    return {
      step: this.stepsDone,
      model: this.stateDict(),
      ema: this.emaStateDict(),
      adamM: this.collect((name) => this.learned.get(name)?.moments.m),
      adamV: this.collect((name) => this.learned.get(name)?.moments.v),
    };
  }

  /** Frees every variable. */
  dispose(): void {
    for (const variable of [...this.learned.values(), ...this.others.values(), ...this.ema.values()])
      variable.dispose();
  }

  private variable(name: string): Variable {
    return this.learned.get(name) ?? this.others.get(name)!;
  }

  private collect(variableOf: (name: string) => Variable | undefined): StateDict {
    const values: Parameters = new Map();
    for (const name of this.ema.keys()) {
      const variable = variableOf(name);
      if (variable) values.set(name, variable.read());
    }
    const state = toStateDict(values);
    tf.dispose([...values.values()]);
    return state;
  }
}
