/** All exercises, in the order of the course. */
import type { CheckedExercise, Exercise, Prediction } from "./exercise";
import { ideaOfGuidance } from "./tasks/01-idea-of-guidance";
import { digitsAndNoise } from "./tasks/02-digits-and-noise";
import { unet } from "./tasks/03-unet";
import { training } from "./tasks/04-training";
import { sampling } from "./tasks/05-sampling";
import { guidanceScale } from "./tasks/06-guidance-scale";
import { fasterSamplers } from "./tasks/07-faster-samplers";
import { measuringGuidance } from "./tasks/08-measuring-guidance";
import { whatTheScheduleHides } from "./tasks/09-what-the-schedule-hides";
import { beyondPlainGuidance } from "./tasks/10-beyond-plain-guidance";
import { yourOwnNetwork } from "./tasks/11-your-own-network";
import { bugGallery } from "./tasks/12-bug-gallery";

export const exercises: readonly Exercise[] = [
  ...ideaOfGuidance,
  ...digitsAndNoise,
  ...unet,
  ...training,
  ...sampling,
  ...guidanceScale,
  ...fasterSamplers,
  ...measuringGuidance,
  ...whatTheScheduleHides,
  ...beyondPlainGuidance,
  ...yourOwnNetwork,
  ...bugGallery,
];

/** An exercise with a check. @throws RangeError that names those that there are */
export function checkedExercise(id: string): CheckedExercise {
  const found = exerciseOf(id);
  if (found.kind === "check") return found;
  const call =
    found.kind === "naming" ? "mystery: call cfg.nameBug" : "prediction: call cfg.predict and cfg.outcome";
  throw new RangeError(`"${id}" is a ${call}.`);
}

/** A prediction. @throws RangeError that names those that there are */
export function prediction(id: string): Prediction {
  const found = exerciseOf(id);
  if (found.kind === "prediction") return found;
  throw new RangeError(`"${id}" is no prediction: call cfg.check.`);
}

function exerciseOf(id: string): Exercise {
  const found = exercises.find((exercise) => exercise.id === id);
  if (found) return found;
  const names = exercises.map((exercise) => exercise.id).join(", ");
  throw new RangeError(`There is no exercise ${JSON.stringify(id)}; there are ${names}.`);
}
