/** Collects losses without making the engine wait for each: the scalars are read together when somebody looks. */
import * as tf from "@tensorflow/tfjs-core";

/**
 * The losses of a run, one for each step.
 * @example
 * const log = new cfg.LossLog();
 * for (const loss of [0.5, 0.25, 0.125]) log.add(tf.scalar(loss));
 * log.epochMeans(2) // [0.375, 0.125]
 */
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

/**
 * Throws where a loss is no finite number: training has diverged, and its weights are of no use from there on.
 * @param losses of steps in a row
 * @param learningRate that they were trained with, the likely reason
 * @param stepsBefore steps before the first of them
 * @throws RangeError with the step and the likely reason
 */
export function checkLosses(losses: ArrayLike<number>, learningRate: number, stepsBefore: number = 0): void {
  for (let i = 0; i < losses.length; i++) {
    if (Number.isFinite(losses[i])) continue;
    throw new RangeError(
      `the loss of step ${stepsBefore + i + 1} is ${losses[i]}: training has diverged. The likely reason is a learning rate ` +
        `that is too large; it is ${learningRate}, and 0.001 is usual. Start again with a smaller one.`,
    );
  }
}
