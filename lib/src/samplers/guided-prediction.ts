/**
 * One guided prediction for a batch in which every image has a label and a guidance scale of its own. Both passes go
 * through the network as one batch, and an image whose scale needs only one pass (w = 0: unconditional, w = 1:
 * conditional) gets only that one.
 */
import * as tf from "@tensorflow/tfjs-core";
import { guide } from "../guidance";

/** A network that predicts the noise in x at timestep t, given labels; the null label asks without one. */
export type Predict = (x: tf.Tensor4D, t: number, labels: number[]) => tf.Tensor4D;

/** The predictions for a batch, all [n, height, width, channels]. The caller disposes of them. */
export type GuidedPrediction = {
  /** eps = epsU + w (epsC - epsU). */
  eps: tf.Tensor4D;
  /** Without the label; undefined unless every image needed it. */
  epsU: tf.Tensor4D | undefined;
  /** With the label; undefined unless every image needed it. */
  epsC: tf.Tensor4D | undefined;
};

/** What is asked for each image of a batch. */
export interface GuidanceRequest {
  labels: readonly number[];
  /** One w for each image. */
  guidanceScales: readonly number[];
  nullLabel: number;
}

/** The guided prediction for images x at timestep t. */
export function predictGuided(
  predict: Predict,
  x: tf.Tensor4D,
  t: number,
  request: GuidanceRequest,
): GuidedPrediction {
  const { labels, guidanceScales: scales, nullLabel } = request;
  const rows = labels.map((_, row) => row);
  const unconditional = rows.filter((row) => scales[row] !== 1);
  const conditional = rows.filter((row) => scales[row] !== 0);
  return tf.tidy(() => {
    const asked = [...unconditional, ...conditional];
    const askedLabels = [...unconditional.map(() => nullLabel), ...conditional.map((row) => labels[row])];
    const isPlainBatch = asked.length === rows.length && asked.every((row, i) => row === i);
    const both = predict(isPlainBatch ? x : tf.gather(x, asked), t, askedLabels);
    if (conditional.length === 0) return { eps: both, epsU: both, epsC: undefined };
    if (unconditional.length === 0) return { eps: both, epsU: undefined, epsC: both };
    const epsU = expand(tf.slice(both, 0, unconditional.length), unconditional, rows.length);
    const epsC = expand(tf.slice(both, unconditional.length), conditional, rows.length);
    // Rows that a pass left out hold zeros there, and their scale (1 or 0) multiplies the zeros away.
    const eps = guide(epsU, epsC, scales);
    return {
      eps,
      epsU: unconditional.length === rows.length ? epsU : undefined,
      epsC: conditional.length === rows.length ? epsC : undefined,
    };
  });
}

/** Puts predictions for some rows into a batch of `count`; the rows left out are zeros. */
function expand(values: tf.Tensor4D, rows: number[], count: number): tf.Tensor4D {
  if (rows.length === count) return values;
  const place = new Array<number>(count).fill(values.shape[0]); // points at the row of zeros appended below
  for (const [i, row] of rows.entries()) place[row] = i;
  const [, ...image] = values.shape;
  return tf.gather(tf.concat([values, tf.zeros<tf.Rank.R4>([1, ...image])], 0), place);
}
