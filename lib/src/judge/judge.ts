/**
 * The judge: a small convolutional network that names digits, trained by this project on MNIST's training set. It knows
 * nothing of diffusion, so it can say whether a generated digit is the one that was asked for; and its last hidden
 * layer places every image in a space where sets of images can be compared.
 */
import * as tf from "@tensorflow/tfjs-core";
import { DIGIT_COUNT, IMAGE_SHAPE, PIXELS } from "../digits";
import { checkStateDict } from "../nn/check";
import { type FoldedNetwork, foldNetwork, type Network } from "../nn/fold";
import type { Layers } from "../nn/layers";
import { convNormShapes, fromStateDict, type ParameterShapes } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import { checkShape } from "../validate";

/** Length of a feature vector. */
export const FEATURE_COUNT = 128;

const BLOCKS: [name: string, inChannels: number, outChannels: number][] = [
  ["block1", 1, 16],
  ["block2", 16, 32],
  ["block3", 32, 64],
];

/** Names and PyTorch shapes of the judge's tensors. */
export const judgeShapes: ParameterShapes = [
  ...BLOCKS.flatMap(([name, inChannels, outChannels]) => [
    ...convNormShapes(name, 1, inChannels, outChannels),
    ...convNormShapes(name, 2, outChannels, outChannels),
  ]),
  ["hidden.weight", [FEATURE_COUNT, 4 * 4 * 64]],
  ["hidden.bias", [FEATURE_COUNT]],
  ["output.weight", [DIGIT_COUNT, FEATURE_COUNT]],
  ["output.bias", [DIGIT_COUNT]],
];

/**
 * The judge's network: three blocks of two 3x3 convolutions, each halving the image, and two linear layers.
 * @param x images [n, 32, 32, 1] in [-1, 1]
 * @returns features [n, 128], not negative, and logits [n, 10]
 */
export function judgeLayers<Value>(layers: Layers<Value>, x: Value): { features: Value; logits: Value } {
  let h = x;
  for (const [name] of BLOCKS) {
    h = layers.convBatchNormRelu(h, `${name}.conv1`, `${name}.bn1`);
    h = layers.convBatchNormRelu(h, `${name}.conv2`, `${name}.bn2`);
    h = layers.maxPool(h); // [n, 16, 16, 16], [n, 8, 8, 32], [n, 4, 4, 64]
  }
  const features = layers.relu(layers.linear(layers.flatten(h), "hidden")); // [n, 4 * 4 * 64] -> [n, 128]
  return { features, logits: layers.linear(features, "output") };
}

/** The judge for every way to run it: from images to features and logits. */
const judgeNetwork: Network = {
  inputs: [{ name: "x", dtype: "float32", shape: IMAGE_SHAPE }],
  run(layers, [x]) {
    const { features, logits } = judgeLayers(layers, x);
    return [features, logits];
  },
};

/** What the judge says about images. */
export interface Verdicts {
  /** [n] the most probable digit. */
  labels: Uint8Array;
  /** [n] the probability that it gives to that digit. */
  confidences: Float32Array;
  /** [n, 10] row by row. */
  probabilities: Float32Array;
  /** [n, FEATURE_COUNT] row by row. */
  features: Float32Array;
}

/** How many images go through the network at a time. */
const BATCH = 250;

/** The trained judge. It holds tensors: call {@link Judge.dispose} when it is no longer needed. */
export class Judge {
  private readonly network: FoldedNetwork;

  /** @throws Error when the state dict does not fit the judge */
  constructor(state: StateDict) {
    checkStateDict(state, judgeShapes, "the judge's file");
    const whole = fromStateDict(state);
    this.network = foldNetwork(whole, judgeNetwork);
    tf.dispose([...whole.values()]);
  }

  /**
   * Judges images.
   * @param images [n, 32, 32] flattened, in [-1, 1]; values outside are clipped
   * @throws RangeError when that is not a whole number of images, or a pixel is no finite number
   */
  judge(images: Float32Array): Verdicts {
    const size = PIXELS;
    const n = images.length / size;
    if (!Number.isInteger(n) || n === 0)
      throw new RangeError(
        `images has ${images.length} numbers; it must be a multiple of ${size}, and not empty.`,
      );
    const bad = images.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new RangeError(
        `pixel ${bad % size} of image ${Math.floor(bad / size)} is ${images[bad]}; it must be finite.`,
      );
    const probabilities = new Float32Array(n * DIGIT_COUNT);
    const features = new Float32Array(n * FEATURE_COUNT);
    for (let start = 0; start < n; start += BATCH) {
      const end = Math.min(n, start + BATCH);
      const [p, f] = tf.tidy(() => {
        const x = tf.tensor4d(images.subarray(start * size, end * size), [end - start, ...IMAGE_SHAPE]);
        const [rows, logits] = this.network.run([tf.clipByValue(x, -1, 1)]);
        checkShape("features", rows.shape, [end - start, FEATURE_COUNT]);
        return [tf.softmax(logits), rows];
      });
      probabilities.set(p.dataSync<"float32">(), start * DIGIT_COUNT);
      features.set(f.dataSync<"float32">(), start * FEATURE_COUNT);
      tf.dispose([p, f]);
    }
    return { ...mostProbable(probabilities), probabilities, features };
  }

  /** Frees the judge's tensors. */
  dispose(): void {
    this.network.dispose();
  }
}

function mostProbable(probabilities: Float32Array): Pick<Verdicts, "labels" | "confidences"> {
  const n = probabilities.length / DIGIT_COUNT;
  const labels = new Uint8Array(n);
  const confidences = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const row = probabilities.subarray(i * DIGIT_COUNT, (i + 1) * DIGIT_COUNT);
    confidences[i] = Math.max(...row);
    labels[i] = row.indexOf(confidences[i]);
  }
  return { labels, confidences };
}
