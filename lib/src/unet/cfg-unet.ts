/** The conditional U-Net with its parameters, ready to predict. */
import * as tf from "@tensorflow/tfjs-core";
import { checkInteger, checkLabels, checkShape } from "../validate";
import type { StateDict } from "../weights/safetensors";
import { sinusoidalEmbedding } from "./embedding";
import { type FoldedNetwork, foldNetwork, type NetworkDescription } from "./fold";
import { evaluationLayers } from "./layers";
import { unet } from "./network";
import {
  fromStateDict,
  IMAGE_SIZE,
  initialStateDict,
  NULL_LABEL,
  type Parameters,
  TIME_DIM,
  toStateDict,
} from "./parameters";

/** Options of {@link CFGUnet.predict}. */
export interface PredictOptions {
  /** Fold batch norm into the convolutions: the same prediction to 1e-5, in less time. */
  fold?: boolean;
}

/**
 * The network in evaluation mode. It holds tensors: call {@link CFGUnet.dispose} when it is no longer needed.
 */
export class CFGUnet {
  private readonly parameters: Parameters;
  private folded: FoldedNetwork | undefined;

  /** @param state PyTorch's names and layouts; without it, fresh weights from `seed` */
  constructor({ state, seed = 0 }: { state?: StateDict; seed?: number } = {}) {
    this.parameters = kept(fromStateDict(state ?? initialStateDict(seed)));
  }

  /**
   * The prediction for each noisy image: of the noise, or of what else the network was trained on.
   * @param x noisy images [n, 32, 32, 1]
   * @param timesteps one timestep for all images, or one for each
   * @param labels n labels: digits 0..9, or 10, the null label
   * @returns [n, 32, 32, 1]
   * @throws RangeError on a wrong shape, timestep or label
   */
  predict(
    x: tf.Tensor4D,
    timesteps: number | ArrayLike<number>,
    labels: ArrayLike<number>,
    { fold = true }: PredictOptions = {},
  ): tf.Tensor4D {
    checkShape("x", x.shape, [null, IMAGE_SIZE, IMAGE_SIZE, 1]);
    checkLabels("labels", labels, NULL_LABEL);
    checkShape("labels", [labels.length], [x.shape[0]]);
    const times =
      typeof timesteps === "number" ? new Array<number>(labels.length).fill(timesteps) : timesteps;
    checkShape("timesteps", [times.length], [x.shape[0]]);
    for (let i = 0; i < times.length; i++) checkInteger("timestep t", times[i], 0, Infinity);
    if (fold) this.folded ??= foldNetwork(this.parameters, FOLDED);
    return tf.tidy(() => {
      const time = sinusoidalEmbedding(times, TIME_DIM);
      const asked = tf.tensor1d(Array.from(labels), "int32");
      if (fold && this.folded) return this.folded.run([x, time, asked])[0] as tf.Tensor4D;
      return unet(evaluationLayers(this.parameters), x, time, asked);
    });
  }

  /** The parameters with PyTorch's names and layouts. */
  stateDict(): StateDict {
    return toStateDict(this.parameters);
  }

  /** Frees the network's tensors. */
  dispose(): void {
    tf.dispose([...this.parameters.values()]);
    this.folded?.dispose();
    this.parameters.clear();
    this.folded = undefined;
  }
}

/** How the network with batch norm folded runs: inputs x, time and labels. */
const FOLDED: NetworkDescription = {
  write(graph, layers) {
    const x = graph.input("x", "float32", [-1, IMAGE_SIZE, IMAGE_SIZE, 1]);
    const time = graph.input("time", "float32", [-1, TIME_DIM]);
    const labels = graph.input("labels", "int32", [-1]);
    return { inputs: [x, time, labels], outputs: [unet(layers, x, time, labels)] };
  },
  run: (layers, [x, time, labels]) => [
    unet(layers, x as tf.Tensor4D, time as tf.Tensor2D, labels as tf.Tensor1D),
  ],
};

/** Keeps the tensors past the end of a `tf.tidy` that the caller may be in. */
function kept(parameters: Parameters): Parameters {
  for (const tensor of parameters.values()) tf.keep(tensor);
  return parameters;
}
