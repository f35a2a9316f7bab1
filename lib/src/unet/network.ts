/**
 * The conditional U-Net: three levels down, three up, skip connections between them, and one vector that tells every
 * block the time and the label (Ronneberger et al., arXiv 1505.04597; time embedding as in DDPM, arXiv 2006.11239).
 */
import { IMAGE_SHAPE } from "../digits";
import type { Network } from "../nn/fold";
import type { Layers } from "../nn/layers";
import { TIME_DIM } from "./shapes";

/**
 * Two convolutions, with the condition added to every pixel between them.
 * @param x images [n, height, width, in]
 * @param condition time and label [n, 32]
 * @returns images [n, height, width, out]
 */
export function block<Value>(layers: Layers<Value>, x: Value, condition: Value, name: string): Value {
  const h = layers.convBatchNormRelu(x, `${name}.conv1`, `${name}.bn1`);
  const shift = layers.linear(condition, `${name}.time_mlp`); // [n, out]
  return layers.convBatchNormRelu(layers.addToPixels(h, shift), `${name}.conv2`, `${name}.bn2`);
}

/**
 * Time and label as one vector: relu(linear(time)) + embedding(label).
 * @param time sinusoidal embedding of the timesteps [n, 32]
 * @param labels n labels
 * @returns [n, 32]
 */
export function conditionEmbedding<Value>(layers: Layers<Value>, time: Value, labels: Value): Value {
  return layers.add(
    layers.relu(layers.linear(time, "time_mlp.1")),
    layers.embedding(labels, "label_embedding"),
  );
}

/**
 * The network's prediction, here of the noise.
 * @param x noisy images [n, 32, 32, 1]
 * @param time sinusoidal embedding of the timesteps [n, 32]
 * @param labels n labels 0..9, or 10, the null label
 * @returns [n, 32, 32, 1]
 */
export function unet<Value>(layers: Layers<Value>, x: Value, time: Value, labels: Value): Value {
  const condition = conditionEmbedding(layers, time, labels);

  const down1 = block(layers, x, condition, "down1"); // [n, 32, 32, 32]
  const down2 = block(layers, layers.maxPool(down1), condition, "down2"); // [n, 16, 16, 64]
  const down3 = block(layers, layers.maxPool(down2), condition, "down3"); // [n, 8, 8, 128]

  const bottleneck = block(layers, layers.maxPool(down3), condition, "bottleneck"); // [n, 4, 4, 256]

  const up1 = layers.concat(layers.convTranspose2d(bottleneck, "up_trans1"), down3); // [n, 8, 8, 256 + 128]
  const h1 = block(layers, up1, condition, "up1"); // [n, 8, 8, 128]
  const up2 = layers.concat(layers.convTranspose2d(h1, "up_trans2"), down2); // [n, 16, 16, 128 + 64]
  const h2 = block(layers, up2, condition, "up2"); // [n, 16, 16, 64]
  const up3 = layers.concat(layers.convTranspose2d(h2, "up_trans3"), down1); // [n, 32, 32, 64 + 32]
  const h3 = block(layers, up3, condition, "up3"); // [n, 32, 32, 32]

  return layers.conv2d(h3, "final"); // [n, 32, 32, 1]
}

/** The U-Net for every way to run it: images, the embedding of their timesteps, and labels make one prediction. */
export const unetNetwork: Network = {
  inputs: [
    { name: "x", dtype: "float32", shape: IMAGE_SHAPE },
    { name: "time", dtype: "float32", shape: [TIME_DIM] },
    { name: "labels", dtype: "int32", shape: [] },
  ],
  run: (layers, [x, time, labels]) => [unet(layers, x, time, labels)],
};
