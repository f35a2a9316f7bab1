/** Exercises of notebook 09: how much too bright, what the schedule leaves at its end, v and back. */
import { linearSchedule } from "../../schedule";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type Velocity = (x0: number[], eps: number[], alphaBar: number) => number[];
const mixing =
  (factors: (a: number, s: number, alphaBar: number) => [ofX0: number, ofEps: number]): Velocity =>
  (x0, eps, alphaBar) => {
    const [ofX0, ofEps] = factors(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar), alphaBar);
    return x0.map((value, i) => ofX0 * value + ofEps * eps[i]);
  };

const velocity = functionExercise<Parameters<Velocity>>({
  id: "velocity",
  notebook: "09",
  title: "v from a digit and noise",
  parameters: ["x0", "eps", "alphaBar"],
  cases: () =>
    [1, 0.7, 0.2, 0].map((alphaBar) => ({
      name: `alphaBar = ${alphaBar}`,
      args: [[-1, 0.5, 0.9], [0.4, -1.1, 0.2], alphaBar],
    })),
  right: mixing((a, s) => [-s, a]),
  mistakes: [
    {
      name: "x_t",
      answer: mixing((a, s) => [a, s]),
      hint: "That is x_t itself. In v the two roots have changed places, and one term is taken away.",
    },
    {
      name: "the other sign",
      answer: mixing((a, s) => [s, -a]),
      hint: "The sign is turned round: without noise (alphaBar = 1) v is the noise, and where all is noise it is minus the digit.",
    },
    {
      name: "plus",
      answer: mixing((a, s) => [s, a]),
      hint: "Both terms are added. The digit's is taken away.",
    },
    {
      name: "roots not swapped",
      answer: mixing((a, s) => [-a, s]),
      hint: "The roots belong the other way round: the noise is multiplied with the root of alphaBar.",
    },
    {
      name: "no roots",
      answer: mixing((_a, _s, alphaBar) => [alphaBar - 1, alphaBar]),
      hint: "Square roots are missing: alphaBar is a share of the variance, and the factors are its roots.",
    },
  ],
  where: "With a the root of alphaBar and s the root of 1 - alphaBar, v is a eps - s x0.",
  hint: "Try the ends: at alphaBar = 1 v is eps, at alphaBar = 0 it is -x0.",
});

const guessFromV = functionExercise<Parameters<Velocity>>({
  id: "guess-from-v",
  notebook: "09",
  title: "the clean digit, from v",
  parameters: ["xt", "v", "alphaBar"],
  cases: () =>
    [0.9, 0.5, 0.1].map((alphaBar) => ({
      name: `alphaBar = ${alphaBar}`,
      args: [[-0.3, 1.2, 0.5], [0.8, -0.4, 0.1], alphaBar],
    })),
  right: mixing((a, s) => [a, -s]),
  mistakes: [
    {
      name: "as for noise",
      answer: mixing((a, s) => [1 / a, -s / a]),
      hint: "That is the formula for a network that predicts noise. From v nothing is divided.",
    },
    {
      name: "the formula of v",
      answer: mixing((a, s) => [-s, a]),
      hint: "That is v's own formula, with the picture in the place of the digit. The way back is the one beside it.",
    },
    {
      name: "the noise",
      answer: mixing((a, s) => [s, a]),
      hint: "That is the noise, not the digit: look at the formula beside it.",
    },
    {
      name: "plus",
      answer: mixing((a, s) => [a, s]),
      hint: "The term with v is taken away, not added: at pure noise v is minus the digit.",
    },
    {
      name: "roots swapped",
      answer: mixing((a, s) => [s, -a]),
      hint: "The roots belong the other way round: without noise (alphaBar = 1) the picture itself is the digit.",
    },
    {
      name: "no roots",
      answer: mixing((_a, _s, alphaBar) => [alphaBar, alphaBar - 1]),
      hint: "Square roots are missing: alphaBar is a share of the variance, and the factors are its roots.",
    },
  ],
  where:
    "With a the root of alphaBar and s the root of 1 - alphaBar: the second of the three formulas above.",
  hint: "Math.sqrt(alphaBar) * xt[i] - Math.sqrt(1 - alphaBar) * v[i].",
});

const last = Number(linearSchedule().alphaBars.at(-1));

const lastSnr = numberExercise({
  id: "last-snr",
  notebook: "09",
  title: "the signal-to-noise ratio at the end",
  right: () => [0.0502, 0.0508],
  observe: (ratio) => [
    `At a ratio of ${Number(ratio.toPrecision(3))} alphaBar would be ${(ratio / (1 + ratio)).toFixed(4)}; it is ${last.toFixed(4)}.`,
  ],
  mistakes: [
    {
      name: "alphaBar",
      answer: last,
      hint: "That is alphaBar itself, the signal's share of the whole. The ratio compares it with the noise's share.",
    },
    {
      name: "the contrast",
      answer: Math.sqrt(last),
      hint: "That is the share of the digit's contrast, the root of alphaBar. The ratio is one of variances: no root.",
    },
    {
      name: "its root",
      answer: Math.sqrt(last / (1 - last)),
      hint: "That is the ratio's root. SNR compares variances, alphaBar and 1 - alphaBar.",
    },
    { name: "upside down", answer: (1 - last) / last, hint: "That is noise over signal: turn it round." },
    {
      name: "none",
      answer: 0,
      hint: "It is 0 in the repaired schedule. In the original a little of the digit is left.",
    },
  ],
  where: "The first cell prints alphaBar at t = 299. Divide it by what is left of 1.",
  hint: "alphaBars[299] / (1 - alphaBars[299]).",
});

export const whatTheScheduleHides: Exercise[] = [
  { kind: "prediction", id: "too-bright", notebook: "09", title: "how much brighter the samples are" },
  lastSnr,
  velocity,
  guessFromV,
];
