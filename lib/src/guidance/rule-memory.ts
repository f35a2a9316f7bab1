/** What a guidance rule keeps from one step of sampling to the next, such as a momentum. */
import * as tf from "@tensorflow/tfjs-core";

/** Tensors by name, for one run. It owns copies of them (which share the numbers), so a rule may keep any tensor it has. */
export class RuleMemory {
  private readonly tensors = new Map<string, tf.Tensor>();

  /** A tensor of the step before, or undefined; it lives as long as the step. */
  get(name: string): tf.Tensor4D | undefined {
    const tensor = this.tensors.get(name);
    return tensor && (tf.clone(tensor) as tf.Tensor4D);
  }

  /** Keeps a tensor for the next step, in place of what had this name. */
  set(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    this.tensors.set(name, tf.keep(tf.clone(tensor)));
  }

  /** Frees everything. */
  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }
}
