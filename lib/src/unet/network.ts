/**
 * The conditional U-Net: three levels down, three up, skip connections between them, and one vector that tells every
 * block the time and the label (Ronneberger et al., arXiv 1505.04597; time embedding as in DDPM, arXiv 2006.11239).
 */
import * as tf from "@tensorflow/tfjs-core";
import { concatChannels, maxPool2x2 } from "../engine/ops";
import { sinusoidalEmbedding } from "./embedding";
import type { Layers } from "./layers";
import { TIME_DIM } from "./parameters";

/**
 * Two convolutions, with the condition added to every pixel between them.
 * @param x images [n, height, width, in]
 * @param condition time and label [n, 32]
 * @returns images [n, height, width, out]
 */
export function block(layers: Layers, x: tf.Tensor4D, condition: tf.Tensor2D, name: string): tf.Tensor4D {
  const h = layers.convBatchNormRelu(x, `${name}.conv1`, `${name}.bn1`);
  const shift = layers.linear(condition, `${name}.time_mlp`);
  const [n, channels] = shift.shape;
  const shifted = tf.add<tf.Tensor4D>(h, tf.reshape(shift, [n, 1, 1, channels])); // [n, C] -> [n, 1, 1, C], over all pixels
  return layers.convBatchNormRelu(shifted, `${name}.conv2`, `${name}.bn2`);
}

/**
 * Time and label as one vector: relu(linear(sinusoidal(t))) + embedding(label).
 * @returns [n, 32]
 */
export function conditionEmbedding(
  layers: Layers,
  timesteps: ArrayLike<number>,
  labels: tf.Tensor1D,
): tf.Tensor2D {
  const time = tf.relu(layers.linear(sinusoidalEmbedding(timesteps, TIME_DIM), "time_mlp.1"));
  return tf.add(time, layers.embedding(labels, "label_embedding"));
}

/**
 * The network's prediction, here of the noise.
 * @param x noisy images [n, 32, 32, 1]
 * @param timesteps n timesteps
 * @param labels n labels 0..9, or 10, the null label (int32)
 * @returns [n, 32, 32, 1]
 */
export function unet(
  layers: Layers,
  x: tf.Tensor4D,
  timesteps: ArrayLike<number>,
  labels: tf.Tensor1D,
): tf.Tensor4D {
  const condition = conditionEmbedding(layers, timesteps, labels);

  const down1 = block(layers, x, condition, "down1"); // [n, 32, 32, 32]
  const down2 = block(layers, maxPool2x2(down1), condition, "down2"); // [n, 16, 16, 64]
  const down3 = block(layers, maxPool2x2(down2), condition, "down3"); // [n, 8, 8, 128]

  const bottleneck = block(layers, maxPool2x2(down3), condition, "bottleneck"); // [n, 4, 4, 256]

  const up1 = concatChannels(layers.convTranspose2d(bottleneck, "up_trans1"), down3); // [n, 8, 8, 256 + 128]
  const h1 = block(layers, up1, condition, "up1"); // [n, 8, 8, 128]
  const up2 = concatChannels(layers.convTranspose2d(h1, "up_trans2"), down2); // [n, 16, 16, 128 + 64]
  const h2 = block(layers, up2, condition, "up2"); // [n, 16, 16, 64]
  const up3 = concatChannels(layers.convTranspose2d(h2, "up_trans3"), down1); // [n, 32, 32, 64 + 32]
  const h3 = block(layers, up3, condition, "up3"); // [n, 32, 32, 32]

  return layers.conv2d(h3, "final"); // [n, 32, 32, 1]
}
