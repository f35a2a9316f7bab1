/**
 * Measures from nearest neighbours. A set of images is drawn as balls: around each image, as far as its k-th neighbour
 * in the same set.
 * - precision: the share of generated images inside a real ball; recall: of real images inside a generated ball
 *   (Kynkäänniemi et al., arXiv 1904.06991);
 * - density: in how many real balls a generated image lies, over k; coverage: the share of real balls with a generated
 *   image inside (Naeem et al., arXiv 2002.09797). One odd real image spoils precision, not density.
 */
import * as tf from "@tensorflow/tfjs-core";
import { PIXELS } from "../digits";
import { checkInteger, checkShape } from "../validate";

/** A set of features with its balls. */
export interface Balls {
  /** [n, d] row by row. */
  features: Float32Array;
  n: number;
  d: number;
  k: number;
  /** [n] squared distance to the k-th neighbour. */
  radii: Float32Array;
}

/** See the top of this file. All but density lie in 0..1. */
export interface Neighbourhood {
  precision: number;
  recall: number;
  density: number;
  coverage: number;
}

/** How many rows of a distance matrix are made at a time. */
const ROWS = 500;

/**
 * Squared distances of all rows of `a` to all of `b`, some rows at a time.
 * @returns for each part the distances [rows, n of b] and the first row's place; the caller disposes of them
 */
function* distances(
  a: { features: Float32Array; n: number; d: number },
  b: { features: Float32Array; n: number; d: number },
): Generator<{ start: number; squared: tf.Tensor2D }> {
  checkShape("the features", [a.d], [b.d]);
  const other = tf.tensor2d(b.features, [b.n, b.d]);
  const otherSquares = tf.tidy(() => tf.sum(tf.square(other), 1)); // [n of b]
  try {
    for (let start = 0; start < a.n; start += ROWS) {
      const end = Math.min(a.n, start + ROWS);
      const squared = tf.tidy(() => {
        const part = tf.tensor2d(a.features.subarray(start * a.d, end * a.d), [end - start, a.d]);
        const squares = tf.sum(tf.square(part), 1, true); // [rows, 1]
        const products = tf.matMul(part, other, false, true); // [rows, n of b]
        return tf.relu(tf.add<tf.Tensor2D>(tf.sub(squares, tf.mul(products, 2)), otherSquares));
      });
      yield { start, squared };
      squared.dispose();
    }
  } finally {
    tf.dispose([other, otherSquares]);
  }
}

/** The balls of a set of features [n, d]. @throws RangeError when there are not more than k of them */
export function ballsOf(features: Float32Array, { d, k = 5 }: { d: number; k?: number }): Balls {
  const n = features.length / d;
  checkInteger("k", k, 1, Infinity);
  if (!Number.isInteger(n) || n <= k)
    throw new RangeError(`there are ${n} images; their ${k} nearest neighbours need more than ${k}.`);
  const radii = new Float32Array(n);
  for (const { start, squared } of distances({ features, n, d }, { features, n, d })) {
    // The nearest of all is the image itself, so the k-th neighbour is number k + 1.
    const nearest = tf.tidy(() => tf.topk(tf.neg(squared), k + 1).values.dataSync<"float32">());
    for (let row = 0; row < squared.shape[0]; row++) radii[start + row] = -nearest[row * (k + 1) + k];
  }
  return { features, n, d, k, radii };
}

/** Precision, recall, density and coverage of generated images against real ones. */
export function neighbourhood(real: Balls, generated: Balls): Neighbourhood {
  const inRealBall = new Float32Array(generated.n);
  let [recalled, covered] = [0, 0];
  for (const { start, squared } of distances(real, generated)) {
    const [inside, isRecalled, isCovered] = tf.tidy<tf.Tensor[]>(() => {
      const rows = squared.shape[0];
      const radii = tf.tensor2d(real.radii.subarray(start, start + rows), [rows, 1]);
      const within = tf.cast(tf.less(squared, radii), "float32"); // [rows, n generated]
      const withinGenerated = tf.less(squared, tf.tensor1d(generated.radii));
      return [tf.sum(within, 0), tf.sum(tf.any(withinGenerated, 1)), tf.sum(tf.max(within, 1))];
    });
    inside.dataSync<"float32">().forEach((count, i) => (inRealBall[i] += count));
    recalled += isRecalled.dataSync()[0];
    covered += isCovered.dataSync()[0];
    tf.dispose([inside, isRecalled, isCovered]);
  }
  return {
    precision: inRealBall.filter((count) => count > 0).length / generated.n,
    recall: recalled / real.n,
    density: inRealBall.reduce((sum, count) => sum + count, 0) / (real.k * generated.n),
    coverage: covered / real.n,
  };
}

/** The nearest of `candidates` for each image: its index, and how far it is. */
export interface Nearest {
  index: Int32Array;
  /** Root mean square difference of a pixel. */
  distance: Float32Array;
}

/**
 * For each image the nearest of many others, pixel by pixel: is a generated digit a copy of a training digit?
 * @param images [n, size] flattened
 * @param candidates some of the others at a time, [m, size] flattened: all at once they would fill the memory
 * @example
 * cfg.nearestImages(images, [images]).index // [0, 1, 2, ...]
 */
export function nearestImages(
  images: Float32Array,
  candidates: Iterable<Float32Array>,
  size: number = PIXELS,
): Nearest {
  const n = images.length / size;
  const index = new Int32Array(n);
  const best = new Float32Array(n).fill(Infinity);
  let offset = 0;
  for (const others of candidates) {
    const m = others.length / size;
    const [set, candidateSet] = [
      { features: images, n, d: size },
      { features: others, n: m, d: size },
    ];
    for (const { start, squared } of distances(set, candidateSet)) {
      const [places, least] = tf.tidy<tf.Tensor[]>(() => [tf.argMin(squared, 1), tf.min(squared, 1)]);
      const [place, value] = [places.dataSync(), least.dataSync()];
      for (let row = 0; row < value.length; row++) {
        if (value[row] >= best[start + row]) continue;
        best[start + row] = value[row];
        index[start + row] = offset + place[row];
      }
      tf.dispose([places, least]);
    }
    offset += m;
  }
  return { index, distance: best.map((squared) => Math.sqrt(squared / size)) };
}
