/** Exercises of notebook 06: shared noise, and how strong is strong enough. */
import { loadJudge } from "../../judge/load-judge";
import { loadModel } from "../../load-model";
import { sdeDpmSolver } from "../../samplers/dpm-solver";
import { sampleAll } from "../../samplers/sample";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { fairComparison } from "./06-fair-comparison";
import { numberExercise } from "../number-exercise";

type Share = (labels: number[], scales: number[]) => number[];
const placing =
  (index: (row: number, column: number, columns: number) => number): Share =>
  (labels, scales) =>
    scales.flatMap((_, row) => labels.map((_, column) => index(row, column, labels.length)));

const sharedNoise = functionExercise<Parameters<Share>>({
  id: "shared-noise",
  notebook: "06",
  title: "one noise for each column",
  parameters: ["labels", "scales"],
  cases: () => [
    {
      name: "two labels and three scales",
      args: [
        [4, 7],
        [0, 1, 2],
      ],
    },
    {
      name: "four labels and two scales",
      args: [
        [3, 8, 5, 2],
        [1, 4],
      ],
    },
  ],
  vary: { labels: null, scales: null },
  right: placing((_, column) => column),
  mistakes: [
    {
      name: "one noise for each row",
      answer: placing((row) => row),
      hint: "All images of a row share a noise, and no column does. To see what w does, the images below each other must start alike.",
    },
    {
      name: "each its own",
      answer: placing((row, column, columns) => row * columns + column),
      hint: "Every image has a noise of its own: then you cannot tell what w has done from what the noise has.",
    },
    {
      name: "the same for all",
      answer: placing(() => 0),
      hint: "All images share one noise. The rows can be compared, but the columns all show the same start.",
    },
    {
      name: "the labels",
      answer: (labels, scales) => scales.flatMap(() => labels),
      hint: "Those are the labels. It works while they differ, but two columns with the same label would show the same picture: use the column's number.",
    },
    {
      name: "one row",
      answer: (labels) => labels.map((_, column) => column),
      hint: "That is one row. Every image needs its index: repeat it for each scale.",
    },
  ],
  where:
    "The images come row by row: all labels at the first scale, then all at the second. Each image's index is its column.",
  hint: "scales.flatMap(() => labels.map(...)): for each scale, the numbers 0 to labels.length - 1.",
});

/** How many of the ten digits of a scale the judge reads as they were asked for. */
function obeyedAt(guidanceScale: number): number {
  const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const [model, judge] = [loadModel("seed"), loadJudge()];
  try {
    const { images } = sampleAll(model, { labels, guidanceScale, seed: 2, sampler: sdeDpmSolver, steps: 8 });
    return judge.judge(images).labels.filter((read, i) => read === labels[i]).length;
  } finally {
    model.dispose();
    judge.dispose();
  }
}

const obey = numberExercise({
  id: "obey",
  notebook: "06",
  title: "the smallest w that all ten digits obey",
  right: () => OBEYED,
  observe: (w) =>
    w >= 0 && w <= 10
      ? [`At w = ${w} the judge reads ${obeyedAt(w)} of the ten digits as they were asked for.`]
      : ["Stay between 0 and 10."],
  mistakes: [
    {
      name: "whole steps",
      answer: 2,
      hint: "In the sweep above w = 2 is the first whole number that does. Try the quarters below it.",
    },
    { name: "almost", answer: 1.25, hint: "One digit is still another. Go one quarter further." },
  ],
  where: "If it is not ten of ten, w is too small; if it is, see whether a quarter less is still enough.",
  hint: "Loop over w = 0, 0.25, 0.5, ...: draw the ten digits with seed 2, let cfg.loadJudge().judge(images).labels name them, count those that are what was asked for, and stop at the first w with ten.",
});

/** Measured with the weights that ship. */
const OBEYED: [number, number] = [1.5, 1.5];

export const guidanceScale: Exercise[] = [
  sharedNoise,
  {
    kind: "prediction",
    id: "how-many-right",
    notebook: "06",
    title: "right digits of ten at w = 0, 1 and 3",
  },
  obey,
  fairComparison,
];
