/** How the judge is trained: cross-entropy, Adam, and digits that are shifted by up to two pixels. */
import * as tf from "@tensorflow/tfjs-core";
import { uniformIntegers } from "../random";
import { halfCosine } from "../training/decay";
import type { LabelledImages } from "../training/batch";
import { checkLosses } from "../training/loss-log";
import type { EpochBatches } from "../training/train";
import { Trainer } from "../training/trainer";
import { DIGIT_COUNT, IMAGE_SHAPE, IMAGE_SIZE } from "../digits";
import { initialStateDict } from "../nn/parameters";
import { checkInteger } from "../validate";
import type { StateDict } from "../nn/state-dict";
import { judgeLayers, judgeShapes } from "./judge";

/** Options of {@link trainJudge}. */
export interface JudgeTrainingOptions {
  batches: EpochBatches;
  epochs?: number;
  seed?: number;
}

/** One step done. */
export interface JudgeTrainingStep {
  step: number;
  steps: number;
  loss: number;
}

/** The digits may move by this many pixels in each direction: MNIST leaves a margin of four. */
const LARGEST_SHIFT = 2;

/**
 * Trains a judge, yielding every step.
 * @returns the moving average (decay 0.999) of its weights
 * @throws RangeError when `epochs` is no whole number of at least 1, and at a loss that is no finite number
 */
export function* trainJudge({
  batches,
  epochs = 8,
  seed = 0,
}: JudgeTrainingOptions): Generator<JudgeTrainingStep, StateDict> {
  checkInteger("epochs", epochs, 1, Infinity);
  const trainer = new Trainer({ start: initialStateDict(seed, judgeShapes), learningRate: 2e-3 });
  try {
    const steps = epochs * batches({ epoch: 0, startBatch: 0 }).length;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const batch of batches({ epoch, startBatch: 0 })) {
        const { loss, gradients } = lossAndGradients(trainer, batch, seed);
        trainer.applyGradients(gradients, halfCosine(trainer.step, steps));
        const value = loss.dataSync()[0];
        tf.dispose([loss, ...gradients.values()]);
        checkLosses([value], trainer.learningRate, trainer.step - 1);
        yield { step: trainer.step, steps, loss: value };
      }
    }
    return trainer.emaStateDict();
  } finally {
    trainer.dispose();
  }
}

function lossAndGradients(
  trainer: Trainer,
  { images, labels }: LabelledImages,
  seed: number,
): ReturnType<Trainer["gradientsOf"]> {
  const n = labels.length;
  const shifted = shiftImages(images, IMAGE_SIZE, seed, trainer.step);
  const inputs = { x: tf.tensor4d(shifted, [n, ...IMAGE_SHAPE]), targets: oneHot(labels) };
  const result = trainer.gradientsOf((layers) => {
    const { logits } = judgeLayers(layers, inputs.x);
    const logProbability = tf.sum(tf.mul(tf.logSoftmax(logits), inputs.targets), 1); // [n]
    return tf.neg(tf.mean<tf.Scalar>(logProbability));
  });
  tf.dispose(inputs);
  return result;
}

function oneHot(labels: ArrayLike<number>): tf.Tensor2D {
  const rows = new Float32Array(labels.length * DIGIT_COUNT);
  for (let i = 0; i < labels.length; i++) rows[i * DIGIT_COUNT + labels[i]] = 1;
  return tf.tensor2d(rows, [labels.length, DIGIT_COUNT]);
}

/** Moves each square image by a random whole number of pixels, black coming in at the edges. */
export function shiftImages(images: Float32Array, size: number, ...key: number[]): Float32Array {
  const n = images.length / (size * size);
  const moves = uniformIntegers(2 * n, 2 * LARGEST_SHIFT + 1, ...key);
  const shifted = new Float32Array(images.length).fill(-1);
  for (let i = 0; i < n; i++) {
    const [down, right] = [moves[2 * i] - LARGEST_SHIFT, moves[2 * i + 1] - LARGEST_SHIFT];
    for (let row = Math.max(0, down); row < Math.min(size, size + down); row++) {
      const from = (i * size + row - down) * size;
      const line = images.subarray(from + Math.max(0, -right), from + Math.min(size, size - right));
      shifted.set(line, (i * size + row) * size + Math.max(0, right));
    }
  }
  return shifted;
}
