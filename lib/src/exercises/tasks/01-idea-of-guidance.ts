/** Exercises of notebook 01: the formula, its points, and what it does not do. */
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type Guide = (epsU: number[], epsC: number[], w: number) => number[];
const each =
  (formula: (u: number, c: number, w: number) => number): Guide =>
  (epsU, epsC, w) =>
    epsU.map((u, i) => formula(u, epsC[i], w));

const guidance = functionExercise<Parameters<Guide>>({
  id: "guidance",
  notebook: "01",
  title: "the guided prediction",
  parameters: ["epsU", "epsC", "w"],
  cases: () =>
    [0, 1, 2, -1, 7.5].map((w) => ({ name: `w = ${w}`, args: [[0.2, 1, -0.5], [0.8, 0.6, -0.1], w] })),
  right: each((u, c, w) => u + w * (c - u)),
  mistakes: [
    {
      name: "halves swapped",
      answer: each((u, c, w) => c + w * (u - c)),
      hint: "The two predictions have changed places: at w = 0 you give epsC, and a larger w leads away from the label.",
    },
    {
      name: "the paper's w",
      answer: each((u, c, w) => c + w * (c - u)),
      hint: "Your w = 0 is plain conditional sampling: that is how the paper counts. Here w = 1 is, so the sum starts at epsU.",
    },
    {
      name: "w - 1",
      answer: each((u, c, w) => u + (w - 1) * (c - u)),
      hint: "Your w is one too small: w = 1 gives epsU. w - 1 belongs to a formula that starts at epsC.",
    },
    {
      name: "no start",
      answer: each((u, c, w) => w * (c - u)),
      hint: "That is only what the label changes, w times. It has to be added to the prediction without a label.",
    },
    {
      name: "minus",
      answer: each((u, c, w) => u - w * (c - u)),
      hint: "You walk from epsU away from epsC: look at the sign, or at which is taken from which.",
    },
    {
      name: "weights that do not add up to 1",
      answer: each((u, c, w) => u + w * c),
      hint: "The weights of epsU and epsC must add up to 1, or w = 1 is not epsC. What is w multiplied with?",
    },
  ],
  where: "Try w = 0 and w = 1 by hand: the first must give epsU, the second epsC, number by number.",
  hint: "Start at epsU. Add w times the way from epsU to epsC, which is epsC - epsU, place by place.",
});

/** The share of the probability, in percent, that lies elsewhere when one sharpens after adding noise and not before. */
function elsewhere(w: number): number {
  const spacing = 0.05;
  const grid = Array.from({ length: 161 }, (_, i) => -4 + i * spacing);
  const normalize = (values: number[]): number[] => {
    const total = values.reduce((sum, value) => sum + value) * spacing;
    return values.map((value) => value / total);
  };
  const density = (x: number, mean: number): number => Math.exp(-((x - mean) ** 2));
  const cleanB = normalize(grid.map((x) => density(x, 1)));
  const clean = normalize(grid.map((x) => density(x, -1) + density(x, 1)));
  const sharpen = (p: number[], pB: number[]): number[] =>
    normalize(p.map((px, i) => px * (pB[i] / px) ** w));
  const addNoise = (p: number[]): number[] =>
    normalize(grid.map((x) => grid.reduce((sum, x0, i) => sum + p[i] * density(x, Math.sqrt(0.5) * x0), 0)));
  const [a, b] = [addNoise(sharpen(clean, cleanB)), sharpen(addNoise(clean), addNoise(cleanB))];
  return a.reduce((sum, p, i) => sum + Math.abs(p - b[i]), 0) * spacing * 50;
}

const twoTargets = numberExercise({
  id: "two-targets",
  notebook: "01",
  title: "the peak of guidance's curve",
  right: () => [1.05, 1.25],
  observe: (x) => [
    `The question is where the curve "noised, then sharpened" is highest; you point at x_t = ${x}.`,
  ],
  mistakes: [
    {
      name: "the other curve",
      answer: 0.85,
      hint: "There the other curve has its peak. Look at the legend.",
    },
    {
      name: "height",
      answer: 0.607,
      hint: "That is how high the peak is. Asked for is the place below it, on the axis x_t.",
    },
  ],
  where: "Point at the highest place of the narrower, taller curve: its label shows x and y. Wanted is x.",
  hint: "It lies to the right of the other curve's peak, a little beyond x_t = 1.",
});

const strongerKnob = numberExercise({
  id: "stronger-knob",
  notebook: "01",
  title: "how wrong the exponent gets",
  right: () => [7, 7],
  observe: (w) =>
    w >= 0 && w <= 50
      ? [`At w = ${w} it is ${elsewhere(w).toFixed(1)} % of the probability.`]
      : ["Stay between 0 and 50."],
  mistakes: [
    { name: "just below", answer: 6, hint: "At w = 6 it is still below 30 %: go one further." },
    {
      name: "the notebook's own w",
      answer: 4,
      hint: "That is the w of the cells above; they print 22 %. Try larger ones.",
    },
  ],
  where: "Above 30 % the answer is this w or a smaller one, below it a larger one.",
  hint: 'Change `const w = 4` to 5, 6, 7, ... and run the cells from there to "lies elsewhere" each time; or put them into a function of w and loop.',
});

export const ideaOfGuidance: Exercise[] = [
  guidance,
  { kind: "prediction", id: "which-w", notebook: "01", title: "which w the paper's 3 is" },
  twoTargets,
  strongerKnob,
];
