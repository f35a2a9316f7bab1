/** The conditional U-Net with its parameters, ready to predict. */
import * as tf from "@tensorflow/tfjs-core";
import { IMAGE_SHAPE, NULL_LABEL } from "../digits";
import { type FoldedNetwork, foldNetwork } from "../nn/fold";
import { evaluationLayers } from "../nn/layers";
import { fromStateDict, initialStateDict, type Parameters, toStateDict } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import { checkInteger, checkLabels, checkNumber, checkShape } from "../validate";
import { scaleEmbedding, sinusoidalEmbedding } from "./embedding";
import { describeUnet, GUIDED_SCALES, seedUnet, type UnetDescription } from "./description";
import { unet, unetNetwork } from "./network";
import { unetShapes } from "./shapes";

/** Options of {@link CFGUnet.predict}. */
export interface PredictOptions {
  /** Fold batch norm into the convolutions: the same prediction to 1e-5, in less time. */
  fold?: boolean;
  /** Of a guided network: one scale for all images, or one for each; 1 by default. */
  guidanceScale?: number | readonly number[];
}

/**
 * The network in evaluation mode. It holds tensors: call {@link CFGUnet.dispose} when it is no longer needed.
 * @example
 * const net = new cfg.CFGUnet({ seed: 0 });
 * net.predict(tf.zeros([2, 32, 32, 1]), 150, [3, cfg.NULL_LABEL]).shape // [2, 32, 32, 1]
 */
export class CFGUnet {
  private readonly parameters: Parameters;
  private folded: FoldedNetwork | undefined;

  /** The network's form. */
  readonly description: UnetDescription;

  /**
   * @param state PyTorch's names and layouts, which tell the network's form; without it, fresh weights from `seed` for a
   * network of the form `description`, the seed's unless given
   */
  constructor({
    state,
    seed = 0,
    description = seedUnet,
  }: { state?: StateDict; seed?: number; description?: UnetDescription } = {}) {
    const start = state ?? initialStateDict(seed, unetShapes(description));
    this.description = describeUnet(start);
    this.parameters = kept(fromStateDict(start));
  }

  /**
   * The prediction for each noisy image: of the noise, or of what else the network was trained on.
   * @param x noisy images [n, 32, 32, 1]
   * @param timesteps one timestep for all images, or one for each
   * @param labels n labels: digits 0..9, or 10, the null label
   * @returns [n, 32, 32, 1]
   * @throws RangeError on a wrong shape, timestep, label or scale
   */
  predict(
    x: tf.Tensor4D,
    timesteps: number | ArrayLike<number>,
    labels: ArrayLike<number>,
    { fold = true, guidanceScale }: PredictOptions = {},
  ): tf.Tensor4D {
    checkShape("x", x.shape, [null, ...IMAGE_SHAPE]);
    checkLabels("labels", labels, NULL_LABEL);
    checkShape("labels", [labels.length], [x.shape[0]]);
    const times =
      typeof timesteps === "number" ? new Array<number>(labels.length).fill(timesteps) : timesteps;
    checkShape("timesteps", [times.length], [x.shape[0]]);
    for (let i = 0; i < times.length; i++) checkInteger("timestep t", times[i], 0, Infinity);
    const scales = this.scalesOf(labels.length, guidanceScale);
    if (fold) this.folded ??= foldNetwork(this.parameters, unetNetwork(this.description));
    return tf.tidy(() => {
      const { conditionLength } = this.description;
      const time = sinusoidalEmbedding(times, conditionLength);
      const labelTensor = tf.tensor1d(Array.from(labels), "int32");
      const scale = scales && scaleEmbedding(scales, conditionLength);
      if (fold && this.folded)
        return this.folded.run([x, time, labelTensor, ...(scale ? [scale] : [])])[0] as tf.Tensor4D;
      const inputs = { x, time, labels: labelTensor, scale };
      return unet<tf.Tensor>(evaluationLayers(this.parameters), this.description, inputs) as tf.Tensor4D;
    });
  }

  /** The scale of each image; undefined unless the network is a guided one. */
  private scalesOf(count: number, given: PredictOptions["guidanceScale"]): readonly number[] | undefined {
    if (!this.description.guided) {
      if (given === undefined) return undefined;
      throw new RangeError("guidanceScale is given, and this network does not take it as an input.");
    }
    const scales = typeof given === "object" ? given : new Array<number>(count).fill(given ?? 1);
    checkShape("guidanceScale", [scales.length], [count]);
    for (const scale of scales) checkNumber("guidanceScale of a guided network", scale, ...GUIDED_SCALES);
    return scales;
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

/** Keeps the tensors past the end of a `tf.tidy` that the caller may be in. */
function kept(parameters: Parameters): Parameters {
  for (const tensor of parameters.values()) tf.keep(tensor);
  return parameters;
}
