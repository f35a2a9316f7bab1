/** What the U-Net is trained for: the mean squared error of its prediction (DDPM, arXiv 2006.11239, equation 14). */
import * as tf from "@tensorflow/tfjs-core";
import { type Layers, trainingLayers } from "../nn/layers";
import { fromStateDict } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import { sinusoidalEmbedding } from "../unet/embedding";
import { describeUnet, type UnetDescription } from "../unet/description";
import { unet } from "../unet/network";
import type { NoisyBatch } from "./batch";
import type { LossAndGradients, Trainer } from "./trainer";

/** What the network is asked about in training. */
type Question = Pick<NoisyBatch, "xt" | "timesteps" | "labels">;

/**
 * The mean squared error of the U-Net's prediction in training mode, and its gradients. Updates the running statistics of
 * batch norm. The caller disposes of both.
 * @param batch noisy images [n, 32, 32, 1], n timesteps, n labels of which some are dropped, and what to predict
 * @example
 * const trainer = new cfg.Trainer({ start: model.net.stateDict() });
 * const noisy = cfg.noisyBatch(pick(mnist, [0, 1]), { schedule: model.schedule, labelDropout: 0.1, nullLabel: 10, seed: 0, step: 0 });
 * cfg.denoisingLoss(trainer, noisy).gradients.size // 67
 */
export function denoisingLoss(
  trainer: Trainer,
  { target, ...question }: Question & Pick<NoisyBatch, "target">,
): LossAndGradients {
  const description = describeUnet(trainer.parameters);
  return trainer.gradientsOf((layers) =>
    tf.mean<tf.Scalar>(tf.squaredDifference(predict(layers, description, question), target)),
  );
}

/**
 * The prediction in training mode, where batch norm uses the batch's own statistics, as training sees it.
 * @example
 * const [xt, labels] = [tf.zeros<tf.Rank.R4>([2, 32, 32, 1]), tf.tensor1d([3, 8], "int32")];
 * cfg.predictTraining(model.net.stateDict(), { xt, timesteps: Int32Array.of(150, 150), labels }).shape // [2, 32, 32, 1]
 */
export function predictTraining(state: StateDict, question: Question): tf.Tensor4D {
  return tf.tidy(() => {
    const layers = trainingLayers(fromStateDict(state), (_, { mean, variance }) =>
      tf.dispose([mean, variance]),
    );
    return predict(layers, describeUnet(state), question);
  });
}

function predict(
  layers: Layers,
  description: UnetDescription,
  { xt, timesteps, labels }: Question,
): tf.Tensor4D {
  const time = sinusoidalEmbedding(timesteps, description.conditionLength);
  return unet<tf.Tensor>(layers, description, { x: xt, time, labels }) as tf.Tensor4D;
}
