/** Collects losses without making the engine wait for each: the scalars are read together when somebody looks. */
import * as tf from "@tensorflow/tfjs-core";

/** The losses of a run, one for each step. */
export class LossLog {
  private read: Float32Array;
  private pending: tf.Scalar[] = [];

  /** @param earlier losses of the steps before, when a run goes on */
  constructor(earlier: Float32Array = new Float32Array()) {
    this.read = earlier.slice();
  }

  /** Adds the loss of the next step; the log keeps a copy. */
  add(loss: tf.Scalar): void {
    this.pending.push(tf.keep(tf.clone(loss)));
  }

  /** Every loss so far, in order. */
  values(): Float32Array {
    if (this.pending.length > 0) {
      const latest = tf.tidy(() => tf.stack(this.pending).dataSync<"float32">());
      const all = new Float32Array(this.read.length + latest.length);
      all.set(this.read);
      all.set(latest, this.read.length);
      this.read = all;
      tf.dispose(this.pending);
      this.pending = [];
    }
    return this.read;
  }

  /** Mean loss of each epoch of `batchesPerEpoch` steps; the last one may be of a part of it. */
  epochMeans(batchesPerEpoch: number): number[] {
    const losses = this.values();
    const means: number[] = [];
    for (let start = 0; start < losses.length; start += batchesPerEpoch) {
      const epoch = losses.subarray(start, start + batchesPerEpoch);
      means.push(epoch.reduce((sum, loss) => sum + loss, 0) / epoch.length);
    }
    return means;
  }
}
