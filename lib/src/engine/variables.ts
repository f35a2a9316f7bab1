/**
 * Numbers that training changes in place: parameters, Adam's moments, moving averages. On TensorFlow they are resource
 * variables, updated by one kernel each without a copy; elsewhere they are tensors that are replaced.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type AttributeValue, execute, executeOnResource, createResource, isTensorFlow } from "./tensorflow";

/** A tensor that can be changed. */
export interface Variable {
  /** The value now, to be disposed of before the next change (on TensorFlow it shares the variable's memory). */
  read(): tf.Tensor;
  /** Moves the value towards `target` by the share `share`: value += share (target - value). */
  moveTowards(target: tf.Tensor, share: number): void;
  dispose(): void;
}

/** Adam's settings (Kingma and Ba, arXiv 1412.6980), PyTorch's defaults. */
export interface AdamOptions {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** A variable that Adam trains, with its two moments. */
export interface AdamVariable extends Variable {
  /**
   * One step of Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
   * value -= learningRate mHat / (sqrt(vHat) + epsilon) with mHat = m / (1 - beta1^step), vHat = v / (1 - beta2^step).
   * @param step counts from 1
   */
  adamStep(gradient: tf.Tensor, step: number, options: AdamOptions): void;
  /** Moving averages of the gradient and of its square. */
  readonly moments: { m: Variable; v: Variable };
}

/** A variable with a copy of `value`. */
export function createVariable(value: tf.Tensor): Variable {
  return isTensorFlow() ? new ResourceVariable(value) : new TensorVariable(value);
}

/** A variable for Adam, its moments zero unless given. */
export function createAdamVariable(value: tf.Tensor, moments?: { m: tf.Tensor; v: tf.Tensor }): AdamVariable {
  const zeros = moments ? undefined : tf.zerosLike(value);
  const [m, v] = [moments?.m ?? zeros!, moments?.v ?? zeros!];
  const variable = isTensorFlow()
    ? new ResourceAdamVariable(value, new ResourceVariable(m), new ResourceVariable(v))
    : new TensorAdamVariable(value, new TensorVariable(m), new TensorVariable(v));
  zeros?.dispose();
  return variable;
}

class TensorVariable implements Variable {
  protected value: tf.Tensor;

  constructor(value: tf.Tensor) {
    this.value = tf.keep(tf.clone(value));
  }

  read(): tf.Tensor {
    return tf.clone(this.value);
  }

  moveTowards(target: tf.Tensor, share: number): void {
    this.replace(() => tf.add(this.value, tf.mul(tf.sub(target, this.value), share)));
  }

  /** Takes a new value in place of the old one. */
  replace(next: () => tf.Tensor): void {
    const value = tf.keep(tf.tidy(next));
    this.value.dispose();
    this.value = value;
  }

  dispose(): void {
    this.value.dispose();
  }
}

class TensorAdamVariable extends TensorVariable implements AdamVariable {
  constructor(
    value: tf.Tensor,
    private readonly m: TensorVariable,
    private readonly v: TensorVariable,
  ) {
    super(value);
  }

  get moments(): { m: Variable; v: Variable } {
    return { m: this.m, v: this.v };
  }

  adamStep(gradient: tf.Tensor, step: number, options: AdamOptions): void {
    const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    this.m.moveTowards(gradient, 1 - beta1);
    tf.tidy(() => this.v.moveTowards(tf.square(gradient), 1 - beta2));
    this.replace(() => {
      const mHat = tf.div(this.m.read(), 1 - beta1 ** step);
      const vHat = tf.div(this.v.read(), 1 - beta2 ** step);
      return tf.sub(this.value, tf.mul(tf.div(mHat, tf.add(tf.sqrt(vHat), epsilon)), learningRate));
    });
  }

  override dispose(): void {
    super.dispose();
    this.m.dispose();
    this.v.dispose();
  }
}

const UPDATE: Record<string, AttributeValue> = { use_locking: false };

class ResourceVariable implements Variable {
  /** TensorFlow's handle of the variable. */
  readonly handle: tf.Tensor;

  constructor(value: tf.Tensor) {
    this.handle = tf.keep(createResource(value));
  }

  read(): tf.Tensor {
    return execute("ReadVariableOp", [this.handle], {})[0];
  }

  moveTowards(target: tf.Tensor, share: number): void {
    tf.tidy(() => {
      const value = this.read();
      const difference = tf.sub(value, target);
      value.dispose(); // the variable is changed in place only while nobody else reads it
      executeOnResource("ResourceApplyGradientDescent", [this.handle, tf.scalar(share), difference], UPDATE);
    });
  }

  dispose(): void {
    executeOnResource("DestroyResourceOp", [this.handle], { ignore_lookup_error: false });
    this.handle.dispose();
  }
}

class ResourceAdamVariable extends ResourceVariable implements AdamVariable {
  constructor(
    value: tf.Tensor,
    private readonly m: ResourceVariable,
    private readonly v: ResourceVariable,
  ) {
    super(value);
  }

  get moments(): { m: Variable; v: Variable } {
    return { m: this.m, v: this.v };
  }

  adamStep(gradient: tf.Tensor, step: number, options: AdamOptions): void {
    const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    const [power1, power2] = [beta1 ** step, beta2 ** step];
    // TensorFlow adds epsilon to sqrt(v), PyTorch to sqrt(vHat): the same after this scaling.
    const scaledEpsilon = epsilon * Math.sqrt(1 - power2);
    tf.tidy(() => {
      const numbers = [power1, power2, learningRate, beta1, beta2, scaledEpsilon].map((number) =>
        tf.scalar(number),
      );
      const inputs = [this.handle, this.m.handle, this.v.handle, ...numbers, gradient];
      executeOnResource("ResourceApplyAdam", inputs, { ...UPDATE, use_nesterov: false });
    });
  }

  override dispose(): void {
    super.dispose();
    this.m.dispose();
    this.v.dispose();
  }
}
