/** Scales that share their noise begin with equal images, about which the network need not be asked again and again. */
import * as tf from "@tensorflow/tfjs-core";
import type { Predict } from "../model";

/**
 * The same answers with less work: equal images with the same label are put to the network once.
 * @param keys one for each image that will be asked about; images with equal keys must be equal
 */
export function askEqualOnce<Label>(predict: Predict<Label>, keys: readonly number[]): Predict<Label> {
  return (x, t, labels) => {
    const { firsts, indexOf } = distinctRows(keys, labels);
    if (firsts.length === labels.length) return predict(x, t, labels);
    const answers = predict(
      tf.gather(x, firsts),
      t,
      firsts.map((row) => labels[row]),
    );
    return tf.gather(answers, indexOf);
  };
}

/** The first row of each pair of key and label, and for each row which of these it equals. */
function distinctRows(
  keys: readonly number[],
  labels: readonly unknown[],
): { firsts: number[]; indexOf: number[] } {
  const firsts: number[] = [];
  const seen = new Map<number, Map<unknown, number>>();
  const indexOf = keys.map((key, row) => {
    const ofKey = seen.get(key) ?? new Map<unknown, number>();
    seen.set(key, ofKey);
    const index = ofKey.get(labels[row]) ?? firsts.push(row) - 1;
    ofKey.set(labels[row], index);
    return index;
  });
  return { firsts, indexOf };
}
