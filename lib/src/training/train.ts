/** The training loop, one yielded step at a time, so that the caller owns the chart, the checkpoint and the stop. */
import * as tf from "@tensorflow/tfjs-core";
import { NULL_LABEL } from "../digits";
import { checkInteger, checkNumber } from "../validate";
import { type LabelledImages, type NoisyBatch, noisyBatch, type NoisyBatchOptions } from "./batch";
import { learningRateShare } from "./decay";
import { checkLosses } from "./loss-log";
import { scaleEmbedding, sinusoidalEmbedding } from "../unet/embedding";
import { describeUnet, type UnetDescription } from "../unet/description";
import { unetNetwork } from "../unet/network";
import type { Trainer } from "./trainer";

/** One epoch's batches, from `startBatch` on, and how many the whole epoch has. */
export type EpochBatches = (where: { epoch: number; startBatch: number }) => Iterable<LabelledImages> & {
  readonly length: number;
};

/** Makes what one step trains on. */
export type DrawBatch = (images: LabelledImages, options: NoisyBatchOptions) => NoisyBatch;

/** Options of {@link train}; how a batch is drawn as in {@link noisyBatch}. */
export interface TrainOptions extends Pick<
  NoisyBatchOptions,
  "schedule" | "predicts" | "spread" | "logitNormal" | "noisesPerImage"
> {
  batches: EpochBatches;
  /** How often all images are seen: 5 by default. */
  epochs?: number;
  /** Steps of the whole run, in place of whole epochs. */
  steps?: number;
  labelDropout?: number;
  /** The learning rate rises in a line over this many steps, at least 1; without it, it starts whole. */
  warmupSteps?: number;
  /** The learning rate falls to 0 along half a cosine over this many steps; without it, it stays as it is. */
  decaySteps?: number;
  /** Whole number; with the step it decides noise, timesteps and dropped labels. */
  seed?: number;
  /** How a batch is drawn: {@link noisyBatch}, unless one wants to see what another way does. */
  draw?: DrawBatch;
}

/** One step done. */
export interface TrainingStep {
  /** Steps done so far, this one included. */
  step: number;
  /** Steps of the whole run. */
  steps: number;
  /** Counts from 0. */
  epoch: number;
  /** Place in the epoch, counts from 0, and the epoch's length. */
  batch: number;
  batchesPerEpoch: number;
  /** Mean squared error of this batch; lives until the next step is asked for. */
  loss: tf.Scalar;
}

/** After how many steps losses are looked at: reading one makes the engine wait. */
const LOOK_EVERY = 20;

/**
 * Trains to predict the noise or v, going on where the trainer stands. Stop by leaving the loop: the step that was yielded
 * last is done and in the trainer.
 * @throws RangeError on options out of range; and within 20 steps of a loss that is no finite number, naming its step
 * @example
 * const trainer = new cfg.Trainer({ start: cfg.initialStateDict(0, cfg.unetShapes()) });
 * const run = cfg.train(trainer, { schedule: model.schedule, epochs: 1, batches: (where) => batches(mnist, { ...where, batchSize: 32 }) });
 * run.next().value?.step // 1
 */
export function* train(trainer: Trainer, options: TrainOptions): Generator<TrainingStep, void> {
  const {
    batches,
    epochs = 5,
    labelDropout = 0.1,
    warmupSteps,
    decaySteps,
    seed = 0,
    draw = noisyBatch,
    ...drawing
  } = options;
  if (options.steps !== undefined && options.epochs !== undefined)
    throw new RangeError("steps and epochs are both given; either says how long training goes on.");
  if (options.steps !== undefined) checkInteger("steps", options.steps, 1, Infinity);
  checkInteger("epochs", epochs, 1, Infinity);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkNumber("labelDropout", labelDropout, 0, 1);
  if (warmupSteps !== undefined) checkInteger("warmupSteps", warmupSteps, 1, Infinity);
  if (decaySteps !== undefined) checkInteger("decaySteps", decaySteps, 1, Infinity);
  const batchesPerEpoch = batches({ epoch: 0, startBatch: 0 }).length;
  const steps = options.steps ?? epochs * batchesPerEpoch;
  const description = describeUnet(trainer.parameters);
  const network = unetNetwork(description);
  const recent: tf.Scalar[] = [];
  try {
    while (trainer.step < steps) {
      const epoch = Math.floor(trainer.step / batchesPerEpoch);
      let batch = trainer.step % batchesPerEpoch;
      for (const images of batches({ epoch, startBatch: batch })) {
        if (trainer.step === steps) break;
        const noisy = draw(images, {
          ...drawing,
          labelDropout,
          nullLabel: NULL_LABEL,
          seed,
          step: trainer.step,
        });
        const told = embeddingsOf(noisy, description);
        const share = learningRateShare(trainer.step, { warmupSteps, decaySteps });
        const inputs = [noisy.xt, told.time, noisy.labels, ...told.scale];
        const loss = trainer.trainStep(network, inputs, noisy.target, share);
        tf.dispose([noisy.noise, noisy.target, ...inputs]);
        recent.push(tf.keep(tf.clone(loss)));
        try {
          if (trainer.step % LOOK_EVERY === 0 || trainer.step === steps) lookAt(recent, trainer);
          yield { step: trainer.step, steps, epoch, batch, batchesPerEpoch, loss };
        } finally {
          loss.dispose();
        }
        batch++;
      }
    }
  } finally {
    tf.dispose(recent);
  }
}

/** What the network is told of a batch, as vectors; a guided one of the scales, too. */
function embeddingsOf(
  { timesteps, guidanceScale }: NoisyBatch,
  { conditionLength, guided = false }: UnetDescription,
): { time: tf.Tensor2D; scale: tf.Tensor2D[] } {
  if (guided !== (guidanceScale !== undefined))
    throw new RangeError(
      guided
        ? "a guided network learns from a teacher: give draw, drawFromTeacher(teacher)."
        : "the batch has guidance scales, and the network does not take them as an input.",
    );
  return {
    time: sinusoidalEmbedding(timesteps, conditionLength),
    scale: guidanceScale ? [scaleEmbedding(guidanceScale, conditionLength)] : [],
  };
}

/** Reads and frees the losses of the last steps; throws if one is no number. */
function lookAt(recent: tf.Scalar[], { step, learningRate }: Trainer): void {
  const losses = tf.tidy(() => tf.stack(recent).dataSync());
  tf.dispose(recent.splice(0));
  checkLosses(losses, learningRate, step - losses.length);
}
