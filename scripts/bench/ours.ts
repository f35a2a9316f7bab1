/** Our side of the bench: the classes that training and sampling use. */
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  createModel,
  initialStateDict,
  IMAGE_SHAPE,
  normal,
  PIXELS,
  sampleAll,
  sdeDpmSolver,
  seedUnet,
  sinusoidalEmbedding,
  Trainer,
  uniformIntegers,
  unetShapes,
} from "cfg-lib";
import { unetNetwork } from "cfg-lib/dist/unet/network";

/**
 * The fewest steps whose accuracy and distance are those of DDPM's 300 within their intervals, with the seed's weights and
 * start, at w = 1, 2 and 4 (notebook 07).
 */
export const AS_GOOD = sdeDpmSolver;
export const AS_GOOD_STEPS = 4;

/** What can be timed. */
export type Work = "trainStep" | "forward20" | "sample10" | "sweep50";

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SCALES = [0, 1, 2, 3, 4];

/**
 * A function that does the work once and returns the seconds it took.
 * @param steps of sampling
 */
export function prepare(work: Work, steps: number = AS_GOOD_STEPS): () => number {
  if (work === "trainStep") return prepareTrainStep();
  const net = new CFGUnet({ seed: 0 });
  if (work === "forward20") {
    const x = tf.tensor4d(normal(20 * PIXELS, 0), [20, ...IMAGE_SHAPE]);
    const labels = Array.from({ length: 20 }, (_, i) => i % 11);
    return () => timed(() => net.predict(x, 150, labels).dispose());
  }
  const model = createModel((x, t, labels) => net.predict(x, t, labels));
  const fast = { sampler: AS_GOOD, steps };
  const digits =
    work === "sample10"
      ? { labels: DIGITS, guidanceScale: 2 }
      : {
          labels: SCALES.flatMap(() => DIGITS),
          guidanceScale: SCALES.flatMap((w) => DIGITS.map(() => w)),
          noiseIndices: SCALES.flatMap(() => DIGITS),
        };
  return () => timed(() => sampleAll(model, { ...fast, ...digits }));
}

/** Forward, mean squared error, backward, Adam and the average at batch 128, on inputs made beforehand. */
function prepareTrainStep(): () => number {
  const trainer = new Trainer({ start: initialStateDict(0, unetShapes()) });
  const [xt, noise] = [1, 2].map((key) => tf.tensor4d(normal(128 * PIXELS, key), [128, ...IMAGE_SHAPE]));
  const timesteps = uniformIntegers(128, 300, 3);
  const labels = tf.tensor1d(Array.from(uniformIntegers(128, 11, 4)), "int32");
  const network = unetNetwork(seedUnet);
  return () =>
    timed(() => {
      const time = sinusoidalEmbedding(timesteps, seedUnet.conditionLength);
      const loss = trainer.trainStep(network, [xt, time, labels], noise);
      loss.dataSync();
      tf.dispose([loss, time]);
    });
}
