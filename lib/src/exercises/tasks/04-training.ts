/** Exercises of notebook 04: label dropout, the loss, and how often a label is missing. */
import { NULL_LABEL } from "../../digits";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type Drop = (labels: number[], draws: number[], rate: number) => number[];
const wherever =
  (isDropped: (draw: number, rate: number, draws: number[]) => boolean, to: number = NULL_LABEL): Drop =>
  (labels, draws, rate) =>
    labels.map((label, i) => (isDropped(draws[i], rate, draws) ? to : label));

const labelDropout = functionExercise<Parameters<Drop>>({
  id: "label-dropout",
  notebook: "04",
  title: "labels dropped from a batch",
  parameters: ["labels", "draws", "rate"],
  cases: () => {
    const labels = [5, 0, 4, 1, 9, 2];
    const draws = [0.94, 0.04, 0.14, 0.01, 0.6, 0.93];
    const last = [0.04, 0.94, 0.14, 0.6, 0.01, 0.93];
    return [
      { name: "rate = 0.1", args: [[...labels], [...draws], 0.1] },
      { name: "rate = 0.1 and the first draw small", args: [[...labels], [...last], 0.1] },
      { name: "rate = 0.5", args: [[...labels], [...draws], 0.5] },
      { name: "rate = 0", args: [[...labels], [...draws], 0] },
      { name: "rate = 1", args: [[...labels], [...draws], 1] },
    ];
  },
  vary: { draws: null },
  right: wherever((draw, rate) => draw < rate),
  mistakes: [
    {
      name: "mask the wrong way round",
      answer: wherever((draw, rate) => draw >= rate),
      hint: "You drop the labels whose draw is large, and keep the others: at rate 0.1 nine of ten are gone. Turn the comparison round.",
    },
    {
      name: "per batch",
      answer: wherever((_, rate, draws) => draws[0] < rate),
      hint: "One draw decides for the whole batch, so all labels go or none. Each label has a draw of its own.",
    },
    {
      name: "the null label as class 0",
      answer: wherever((draw, rate) => draw < rate, 0),
      hint: 'A dropped label becomes 0, and 0 is a digit: the network would learn that "no label" means a zero. The null label is 10, cfg.NULL_LABEL.',
    },
    {
      name: "taken out of the list",
      answer: (labels, draws, rate) => labels.filter((_, i) => draws[i] >= rate),
      hint: "The dropped labels are missing from your list. Every image still needs a label: put the null label in its place.",
    },
    {
      name: "a fixed rate",
      answer: wherever((draw) => draw < 0.1),
      hint: "Your result does not follow the rate: 0.1 is written into it.",
    },
    {
      name: "-1 for the null label",
      answer: wherever((draw, rate) => draw < rate, -1),
      hint: "The embedding has no row -1. The null label is 10, cfg.NULL_LABEL.",
    },
  ],
  where:
    "Go through the labels: where the draw at the same place lies below the rate, the null label stands; else the label itself.",
  hint: "labels.map((label, i) => ...): draws[i] < rate decides between cfg.NULL_LABEL and label.",
});

type Loss = (prediction: number[], noise: number[]) => number;
const sumOf = (f: (p: number, e: number) => number, p: number[], e: number[]): number =>
  p.reduce((sum, value, i) => sum + f(value, e[i]), 0);
const square = (p: number, e: number): number => (p - e) ** 2;

const noiseLoss = functionExercise<Parameters<Loss>>({
  id: "noise-loss",
  notebook: "04",
  title: "how far the prediction is from the noise",
  parameters: ["prediction", "noise"],
  cases: () => [
    {
      name: "a prediction that is right",
      args: [
        [0.5, -1],
        [0.5, -1],
      ],
    },
    {
      name: "a prediction of zeros",
      args: [
        [0, 0, 0, 0],
        [1, -2, 0.5, 1.5],
      ],
    },
    {
      name: "two numbers",
      args: [
        [1, 2],
        [0.5, -1],
      ],
    },
  ],
  right: (p, e) => sumOf(square, p, e) / p.length,
  mistakes: [
    {
      name: "sum",
      answer: (p, e) => sumOf(square, p, e),
      hint: "That is the sum of the squares. The mean does not depend on how large the picture is.",
    },
    {
      name: "absolute",
      answer: (p, e) => sumOf((a, b) => Math.abs(a - b), p, e) / p.length,
      hint: "You average how far they are apart. The loss averages the squares of it.",
    },
    {
      name: "root",
      answer: (p, e) => Math.sqrt(sumOf(square, p, e) / p.length),
      hint: "Leave out the root: the loss is the mean of the squares itself.",
    },
    {
      name: "no square",
      answer: (p, e) => sumOf((a, b) => a - b, p, e) / p.length,
      hint: "Without squares, faults up and down cancel: a loss could be 0 though nothing is right.",
    },
  ],
  where: "Take the difference at each place, square it, and take the mean of all.",
  hint: "prediction.map((p, i) => (p - noise[i]) ** 2), then their sum, divided by prediction.length.",
});

const withoutLabel = numberExercise({
  id: "without-label",
  notebook: "04",
  title: "pictures seen without a label",
  right: () => [29900, 30050],
  observe: (count) => [
    `That is one picture in ${(299520 / count).toFixed(1)} of the 299,520 that the five epochs show.`,
  ],
  mistakes: [
    { name: "one epoch", answer: 5990, hint: "That is one epoch. The run has five." },
    { name: "with a label", answer: 269568, hint: "Those are the pictures that kept their label." },
    {
      name: "batches",
      answer: 234,
      hint: "You count batches: in each of the 2,340, about 12.8 labels of 128 are dropped, each by its own draw.",
    },
  ],
  where: "Five epochs of 468 batches of 128 pictures; each is shown without its label with probability 0.1.",
  hint: "5 * 468 * 128 * 0.1.",
});

export const training: Exercise[] = [
  labelDropout,
  noiseLoss,
  {
    kind: "prediction",
    id: "first-losses",
    notebook: "04",
    title: "the loss at the first step and at the sixtieth",
  },
  withoutLabel,
];
