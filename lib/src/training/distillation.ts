/**
 * A network that takes w as an input learns what guidance makes of two predictions of another (Meng et al., arXiv
 * 2210.03142, section 3.1): what took two passes takes one.
 */
import * as tf from "@tensorflow/tfjs-core";
import { NULL_LABEL } from "../digits";
import { guide } from "../guidance/plain";
import { uniform } from "../random";
import { initialStateDict } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import type { TrainedModel } from "../trained-model";
import { GUIDED_SCALES } from "../unet/description";
import { unetShapes } from "../unet/shapes";
import { noisyBatch } from "./batch";
import type { DrawBatch } from "./train";

/** Keeps a step's scales apart from its other random numbers. */
const SCALE_KEY = 4;

/**
 * Where a guided network begins: as its teacher, at every scale.
 * @throws RangeError when the teacher is a guided network itself
 */
export function guidedStart({ net }: TrainedModel, seed: number = 0): StateDict {
  if (net.description.guided)
    throw new RangeError(
      "the teacher takes w as an input already; it must be a network that is asked twice.",
    );
  const state = initialStateDict(seed, unetShapes({ ...net.description, guided: true }));
  for (const [name, entry] of net.stateDict()) state.set(name, entry);
  for (const name of ["scale_mlp.out.weight", "scale_mlp.out.bias"]) state.get(name)!.data.fill(0);
  return state;
}

/**
 * Draws batches as {@link noisyBatch} does, with every label, a scale for each image, and in the place of the target the
 * teacher's guided prediction. Scales lie in {@link GUIDED_SCALES}, half of them in the lowest quarter, where they are used.
 * @example
 * const trainer = new cfg.Trainer({ start: guidedStart(teacher) });
 * cfg.train(trainer, { draw: drawFromTeacher(teacher), ... })
 */
export function drawFromTeacher(teacher: TrainedModel): DrawBatch {
  return (images, options) => {
    const { target, ...batch } = noisyBatch(images, { ...options, labelDropout: 0 });
    target.dispose();
    const count = batch.timesteps.length;
    const [least, largest] = GUIDED_SCALES;
    const draws = Array.from(uniform(count, options.seed, SCALE_KEY, options.step));
    const guidanceScale = draws.map((draw) => least + (largest - least) * draw ** 2);
    return { ...batch, guidanceScale, target: guidedTarget(teacher, batch, guidanceScale) };
  };
}

/** The teacher's prediction at each image's timestep, with each image's w [n, 32, 32, 1]. */
function guidedTarget(
  { net }: TrainedModel,
  { xt, timesteps, labels }: Pick<ReturnType<DrawBatch>, "xt" | "timesteps" | "labels">,
  guidanceScale: readonly number[],
): tf.Tensor4D {
  return tf.tidy(() => {
    const asked = Array.from(labels.dataSync());
    const both = net.predict(
      tf.concat([xt, xt]), // [2 n, 32, 32, 1]
      [...timesteps, ...timesteps],
      [...asked.map(() => NULL_LABEL), ...asked],
    );
    const [u, c] = tf.split<tf.Tensor4D>(both, 2);
    return guide(u, c, guidanceScale);
  });
}
