/** Images of 4 x 4 pixels: as much as equations need to be tried. */
import * as tf from "@tensorflow/tfjs-core";
import { normal } from "cfg-lib";

export const SMALL_SHAPE = [4, 4, 1] as const;

/** n images of noise, always the same for the same key. */
export const noiseImages = (key: number, n: number = 3): tf.Tensor4D =>
  tf.tensor4d(normal(n * 16, key), [n, ...SMALL_SHAPE]);
