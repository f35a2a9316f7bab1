/** Exercises of notebook 02: noise put in, and taken out again. */
import { linearSchedule, type Schedule } from "../../schedule";
import type { Exercise } from "../exercise";
import { type Case, functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type OfNoise = (image: number[], t: number, noise: number[], schedule: Schedule) => number[];
type Coefficients = (t: number, schedule: Schedule) => [ofImage: number, ofNoise: number];

/** A function that weighs image and noise. */
const weighing =
  (coefficients: Coefficients): OfNoise =>
  (image, t, noise, schedule) => {
    const [a, s] = coefficients(t, schedule);
    return image.map((value, i) => a * value + s * noise[i]);
  };

const cases = (timesteps: number[]): Case<Parameters<OfNoise>>[] =>
  timesteps.map((t) => ({ name: `t = ${t}`, args: [[-1, 0.5, 1], t, [0.3, -1.2, 0.8], linearSchedule()] }));

const noisyImage = functionExercise<Parameters<OfNoise>>({
  id: "noisy-image",
  notebook: "02",
  title: "x_t from a digit and noise",
  parameters: ["x0", "t", "noise"],
  cases: () => cases([0, 150, 299]),
  vary: { t: null },
  right: weighing((t, { alphaBars }) => [Math.sqrt(alphaBars[t]), Math.sqrt(1 - alphaBars[t])]),
  mistakes: [
    {
      name: "no square roots",
      answer: weighing((t, { alphaBars }) => [alphaBars[t], 1 - alphaBars[t]]),
      hint: "Square roots are missing: alphaBar is a share of the variance, and what multiplies a picture is its root.",
    },
    {
      name: "one square root",
      answer: weighing((t, { alphaBars }) => [Math.sqrt(alphaBars[t]), 1 - alphaBars[t]]),
      hint: "The digit's factor is right. The noise's is a square root, too: the two variances add up to 1.",
    },
    {
      name: "root of alphaBar taken from 1",
      answer: weighing((t, { alphaBars }) => [Math.sqrt(alphaBars[t]), 1 - Math.sqrt(alphaBars[t])]),
      hint: "The noise's factor is the root of 1 - alphaBar, not 1 minus the root: variances add up to 1, factors do not.",
    },
    {
      name: "alpha for alphaBar",
      answer: weighing((t, { alphas }) => [Math.sqrt(alphas[t]), Math.sqrt(1 - alphas[t])]),
      hint: "You take alpha, one step's share. After all steps up to t their product is left: alphaBar.",
    },
    {
      name: "factors swapped",
      answer: weighing((t, { alphaBars }) => [Math.sqrt(1 - alphaBars[t]), Math.sqrt(alphaBars[t])]),
      hint: "Your t = 0 is nearly all noise. At t = 0 hardly any noise has been added: the factors have changed places.",
    },
    {
      name: "t off by one",
      answer: weighing((t, { alphaBars }) => {
        const before = t > 0 ? alphaBars[t - 1] : 1;
        return [Math.sqrt(before), Math.sqrt(1 - before)];
      }),
      hint: "You are one step early: t counts from 0, and alphaBars[t] holds the steps up to t, t itself included.",
    },
  ],
  where:
    "The digit is multiplied with the root of alphaBars[t], the noise with the root of 1 - alphaBars[t], and both are added.",
  hint: "Math.sqrt(alphaBars[t]) * x0[i] + Math.sqrt(1 - alphaBars[t]) * noise[i], for every place i.",
});

const cleanGuess = functionExercise<Parameters<OfNoise>>({
  id: "clean-guess",
  notebook: "02",
  title: "the digit from x_t and its noise",
  parameters: ["xt", "t", "noise"],
  cases: () => cases([150, 10, 299]),
  vary: { t: null },
  right: weighing((t, { alphaBars }) => {
    const a = Math.sqrt(alphaBars[t]);
    return [1 / a, -Math.sqrt(1 - alphaBars[t]) / a];
  }),
  mistakes: [
    {
      name: "not divided",
      answer: weighing((t, { alphaBars }) => [1, -Math.sqrt(1 - alphaBars[t])]),
      hint: "The noise is out, but the digit is still as faint as it was in x_t: divide by its factor.",
    },
    {
      name: "only the noise divided",
      answer: weighing((t, { alphaBars }) => [1, -Math.sqrt(1 - alphaBars[t]) / Math.sqrt(alphaBars[t])]),
      hint: "Only the noise is divided by the root of alphaBar: put brackets around the difference.",
    },
    {
      name: "noise added",
      answer: weighing((t, { alphaBars }) => {
        const a = Math.sqrt(alphaBars[t]);
        return [1 / a, Math.sqrt(1 - alphaBars[t]) / a];
      }),
      hint: "You add the noise once more. To get the digit it has to come out.",
    },
    {
      name: "divided by alphaBar",
      answer: weighing((t, { alphaBars }) => [1 / alphaBars[t], -Math.sqrt(1 - alphaBars[t]) / alphaBars[t]]),
      hint: "You divide by alphaBar. The digit was multiplied with its square root.",
    },
    {
      name: "alpha for alphaBar",
      answer: weighing((t, { alphas }) => [
        1 / Math.sqrt(alphas[t]),
        -Math.sqrt(1 - alphas[t]) / Math.sqrt(alphas[t]),
      ]),
      hint: "You undo a single step (alpha). x_t has all steps up to t in it: alphaBar.",
    },
  ],
  where: "Solve x_t = a x_0 + s noise for x_0, with a and s the two square roots.",
  hint: "Take Math.sqrt(1 - alphaBars[t]) times the noise out of x_t, then divide all of it by Math.sqrt(alphaBars[t]).",
});

const crossing = numberExercise({
  id: "crossing",
  notebook: "02",
  title: "as much noise as digit",
  right: () => [137, 149],
  observe: (t) => {
    const { alphaBars } = linearSchedule();
    if (!Number.isInteger(t) || t < 0 || t > 299) return ["A timestep is a whole number from 0 to 299."];
    const shares = [alphaBars[t], 1 - alphaBars[t]].map((share) => `${Math.round(100 * share)} %`);
    return [`At t = ${t} ${shares[0]} of the variance are the digit's and ${shares[1]} the noise's.`];
  },
  mistakes: [
    {
      name: "half of the steps",
      answer: 150,
      hint: "Half of the timesteps is close, but the betas grow: look where alphaBar is 0.5.",
    },
  ],
  where:
    "The two shares are equal where alphaBar is one half. More digit than noise: go to larger t; less: to smaller.",
  hint: "Point at the curve of alphaBar and move along it until it reads 0.5; read t below.",
});

export const digitsAndNoise: Exercise[] = [
  { kind: "prediction", id: "half-way", notebook: "02", title: "what is left at t = 150 and at the end" },
  crossing,
  noisyImage,
  cleanGuess,
];
