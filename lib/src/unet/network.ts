/**
 * The conditional U-Net: levels down, as many up, skip connections between them, and one vector that tells every block
 * the time and the label (Ronneberger et al., arXiv 1505.04597; time embedding as in DDPM, arXiv 2006.11239). The seed's
 * has three levels beside the bottleneck, of 32, 64 and 128 channels.
 */
import { IMAGE_SHAPE } from "../digits";
import type { Network } from "../nn/fold";
import type { Layers } from "../nn/layers";
import type { UnetDescription } from "./description";

/**
 * Two convolutions, with the condition added to every pixel between them.
 * @param x images [n, height, width, in]
 * @param condition time and label [n, conditionLength]
 * @returns images [n, height, width, out]
 */
export function block<Value>(layers: Layers<Value>, x: Value, condition: Value, name: string): Value {
  const h = layers.convBatchNormRelu(x, `${name}.conv1`, `${name}.bn1`);
  const shift = layers.linear(condition, `${name}.time_mlp`); // [n, out]
  return layers.convBatchNormRelu(layers.addToPixels(h, shift), `${name}.conv2`, `${name}.bn2`);
}

/**
 * Time and label as one vector, h = relu(linear(time)) + embedding(label). In a guided network the scale changes it: to
 * h + linear(relu(linear(h) + linear(scale))), so that a label may count for more.
 * @param time sinusoidal embedding of the timesteps [n, conditionLength]
 * @param labels n labels
 * @param scale embedding of the guidance scales [n, conditionLength], in a guided network
 * @returns [n, conditionLength]
 */
export function conditionEmbedding<Value>(
  layers: Layers<Value>,
  { time, labels, scale }: Omit<UnetInputs<Value>, "x">,
): Value {
  const condition = layers.add(
    layers.relu(layers.linear(time, "time_mlp.1")),
    layers.embedding(labels, "label_embedding"),
  );
  if (scale === undefined) return condition;
  const mixed = layers.relu(
    layers.add(layers.linear(condition, "scale_mlp.condition"), layers.linear(scale, "scale_mlp.scale")),
  );
  return layers.add(condition, layers.linear(mixed, "scale_mlp.out"));
}

/** What the network is asked with. */
export interface UnetInputs<Value> {
  /** Noisy images [n, 32, 32, 1]. */
  x: Value;
  /** Sinusoidal embedding of the timesteps [n, conditionLength]. */
  time: Value;
  /** n labels 0..9, or 10, the null label. */
  labels: Value;
  /** Embedding of the guidance scales [n, conditionLength], in a guided network. */
  scale?: Value;
}

/**
 * The network's prediction, of the noise or of v. In the comments c is the list of channels, s the size 32 / patch.
 * @returns [n, 32, 32, 1]
 */
export function unet<Value>(
  layers: Layers<Value>,
  { patch, channels }: UnetDescription,
  { x, ...told }: UnetInputs<Value>,
): Value {
  const condition = conditionEmbedding(layers, told);
  const levels = channels.length - 1;

  let h = patch > 1 ? layers.spaceToDepth(x, patch) : x; // [n, 32, 32, 1] -> [n, s, s, patch * patch]
  const skips: Value[] = [];
  for (let level = 1; level <= levels; level++) {
    const down = block(layers, h, condition, `down${level}`); // [n, s, s, c0], [n, s/2, s/2, c1], ...
    skips.push(down);
    h = layers.maxPool(down);
  }

  h = block(layers, h, condition, "bottleneck");

  for (let level = 1; level <= levels; level++) {
    const up = layers.convTranspose2d(h, `up_trans${level}`); // twice the height and width
    const joined = layers.concat(up, skips[levels - level]);
    h = block(layers, joined, condition, `up${level}`);
  }

  const output = layers.conv2d(h, "final"); // [n, s, s, patch * patch]
  return patch > 1 ? layers.depthToSpace(output, patch) : output; // [n, s, s, patch * patch] -> [n, 32, 32, 1]
}

/**
 * The U-Net for every way to run it: images, the embedding of their timesteps, labels, and in a guided network the
 * embedding of the scales make one prediction.
 */
export function unetNetwork(description: UnetDescription): Network {
  return {
    inputs: [
      { name: "x", dtype: "float32", shape: IMAGE_SHAPE },
      { name: "time", dtype: "float32", shape: [description.conditionLength] },
      { name: "labels", dtype: "int32", shape: [] },
      ...(description.guided
        ? [{ name: "scale", dtype: "float32" as const, shape: [description.conditionLength] }]
        : []),
    ],
    run: (layers, [x, time, labels, ...scale]) => [
      unet(layers, description, { x, time, labels, scale: scale.at(0) }),
    ],
  };
}
