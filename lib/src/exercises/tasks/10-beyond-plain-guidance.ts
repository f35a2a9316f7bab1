/** Exercises of notebook 10: a prediction's size, a rule that guides in part, what lies across, and two conditions. */
import * as tf from "@tensorflow/tfjs-core";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";

const mean = (all: readonly number[]): number => all.reduce((sum, value) => sum + value, 0) / all.length;
const std = (all: readonly number[]): number => Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
const size = (all: readonly number[]): number => Math.sqrt(mean(all.map((value) => value ** 2)));

const firstChanged = ([first, ...others]: number[]): number[] => [first + 0.37, ...others];

type Rescale = (g: number[], c: number[], phi: number) => number[];
const sizedBy =
  (factor: (g: number[], c: number[], phi: number) => number): Rescale =>
  (g, c, phi) =>
    g.map((value) => factor(g, c, phi) * value);

const rescaled = functionExercise<Parameters<Rescale>>({
  id: "rescaled",
  notebook: "10",
  title: "a prediction's size, given back",
  parameters: ["g", "c", "phi"],
  cases: () =>
    [0, 0.7, 1].map((phi) => ({
      name: `phi = ${phi}`,
      args: [[2.1, -0.9, 0.6, -0.2], [0.8, -0.4, 0.5, 0.1], phi],
    })),
  // What is added to all numbers, or multiplied with them, may leave a standard deviation or the result as it was.
  vary: { g: firstChanged, c: firstChanged },
  right: sizedBy((g, c, phi) => (phi * std(c)) / std(g) + 1 - phi),
  mistakes: [
    {
      name: "upside down",
      answer: sizedBy((g, c, phi) => (phi * std(g)) / std(c) + 1 - phi),
      hint: "The ratio is upside down: g is the larger one, and yours makes it larger still.",
    },
    {
      name: "phi turned round",
      answer: sizedBy((g, c, phi) => phi + ((1 - phi) * std(c)) / std(g)),
      hint: "phi is the share that is scaled: at phi = 0 the prediction stays as it is.",
    },
    {
      name: "without the mean",
      answer: sizedBy((g, c, phi) => (phi * size(c)) / size(g) + 1 - phi),
      hint: "The mean has not been taken away. A standard deviation is measured from it.",
    },
    {
      name: "variances",
      answer: sizedBy((g, c, phi) => phi * (std(c) / std(g)) ** 2 + 1 - phi),
      hint: "You compare variances. The size is their root, the standard deviation.",
    },
    {
      name: "whole",
      answer: sizedBy((g, c) => std(c) / std(g)),
      hint: "You scale the whole of it, whatever phi is. A share 1 - phi of g stays unscaled.",
    },
    {
      name: "c itself",
      answer: (g, c, phi) => g.map((value, i) => phi * c[i] + (1 - phi) * value),
      hint: "You mix in c itself. Only its size is wanted: g keeps its own direction.",
    },
  ],
  where:
    "The factor is phi times std(c) / std(g), plus 1 - phi. Each standard deviation is over the numbers of one image.",
  hint: "Take the mean away, square, take the mean, take the root: that is std. Then phi * (std(c) / std(g)) * g[i] + (1 - phi) * g[i].",
});

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

type Across = (delta: number[], c: number[]) => number[];
const without =
  (share: (delta: number[], c: number[]) => number): Across =>
  (delta, c) =>
    delta.map((value, i) => value - share(delta, c) * c[i]);

const across = functionExercise<Parameters<Across>>({
  id: "across",
  notebook: "10",
  title: "what lies across",
  parameters: ["delta", "c"],
  cases: () => [
    {
      name: "a delta along c",
      args: [
        [1, -2, 0.5],
        [2, -4, 1],
      ],
    },
    {
      name: "a delta across c",
      args: [
        [1, 1, 0],
        [2, -2, 3],
      ],
    },
    {
      name: "a delta in between",
      args: [
        [0.3, -1.2, 0.8],
        [1.5, 0.4, -0.6],
      ],
    },
  ],
  right: without((delta, c) => dot(delta, c) / dot(c, c)),
  mistakes: [
    {
      name: "along",
      answer: (delta, c) => c.map((value) => (dot(delta, c) / dot(c, c)) * value),
      hint: "That is the part along c. What is wanted is the rest.",
    },
    {
      name: "not divided",
      answer: without((delta, c) => dot(delta, c)),
      hint: "The dot product grows with the length of c. Divide by c's own dot product.",
    },
    {
      name: "divided by the length",
      answer: without((delta, c) => dot(delta, c) / Math.sqrt(dot(c, c))),
      hint: "You divide by the length of c. By its square: one length makes c a direction, the other the dot product a length.",
    },
    {
      name: "divided by delta's",
      answer: without((delta, c) => dot(delta, c) / dot(delta, delta)),
      hint: "You divide by delta's dot product with itself. The direction is c's: divide by c's.",
    },
    {
      name: "added",
      answer: without((delta, c) => -dot(delta, c) / dot(c, c)),
      hint: "The part along c is added, so it is there twice. Take it away.",
    },
  ],
  where:
    "A delta along c leaves nothing, one across c stays as it is. The part along c is dot(delta, c) / dot(c, c) times c.",
  hint: "delta[i] - (dot(delta, c) / dot(c, c)) * c[i], with dot the sum of the products.",
});

interface Where {
  guidanceScale: number;
  t: number;
}
type Rule = (u: tf.Tensor4D, c: tf.Tensor4D, where: Where) => tf.Tensor4D;
const guided = (u: tf.Tensor4D, c: tf.Tensor4D, w: number): tf.Tensor4D => tf.add(u, tf.mul(w, tf.sub(c, u)));

const lateGuidance = functionExercise<Parameters<Rule>>({
  id: "late-guidance",
  notebook: "10",
  title: "a rule that guides only at t <= 200",
  parameters: ["u", "c"],
  cases: () =>
    [250, 201, 200, 50].map((t) => ({
      name: `t = ${t}`,
      args: [
        tf.tensor4d([0.2, 1], [1, 1, 2, 1]),
        tf.tensor4d([0.8, 0.6], [1, 1, 2, 1]),
        { guidanceScale: 3, t },
      ],
    })),
  right: (u, c, { guidanceScale, t }) => (t <= 200 ? guided(u, c, guidanceScale) : c),
  mistakes: [
    {
      name: "the label ignored before",
      answer: (u, c, { guidanceScale, t }) => (t <= 200 ? guided(u, c, guidanceScale) : u),
      hint: "Where you do not guide you ignore the label, too. Not guided means the conditional prediction, c.",
    },
    {
      name: "the wrong way round",
      answer: (u, c, { guidanceScale, t }) => (t > 200 ? guided(u, c, guidanceScale) : c),
      hint: "You guide at high noise. t falls from 299 to 0: t <= 200 is the later part.",
    },
    {
      name: "always",
      answer: (u, c, { guidanceScale }) => guided(u, c, guidanceScale),
      hint: "You guide at every t: t has no say in your rule yet.",
    },
    {
      name: "200 left out",
      answer: (u, c, { guidanceScale, t }) => (t < 200 ? guided(u, c, guidanceScale) : c),
      hint: "All is right but t = 200 itself, which belongs to the guided part.",
    },
    {
      name: "guidance dropped to zero",
      answer: (u, _c, { t }) => (t <= 200 ? guided(u, _c, 3) : tf.zerosLike(u)),
      hint: "Where you do not guide your prediction is 0. It has to be the conditional one, c.",
    },
  ],
  where: "Two cases: where t is at most 200, plain guidance with guidanceScale; else c.",
  hint: "T <= 200 ? cfg.guide(u, c, guidanceScale) : c",
});

type Two = (u: number[], first: number[], second: number[], w1: number, w2: number) => number[];
const eachOf =
  (formula: (u: number, a: number, b: number, w1: number, w2: number) => number): Two =>
  (u, a, b, w1, w2) =>
    u.map((value, i) => formula(value, a[i], b[i], w1, w2));

const twoConditions = functionExercise<Parameters<Two>>({
  id: "two-conditions",
  notebook: "10",
  title: "two conditions, two scales",
  parameters: ["u", "first", "second", "w1", "w2"],
  cases: () =>
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [2, 3],
    ].map(([w1, w2]) => ({
      name: `w1 = ${w1}, w2 = ${w2}`,
      args: [[0.2, 1], [0.8, 0.6], [-0.4, 0.9], w1, w2],
    })),
  right: eachOf((u, a, b, w1, w2) => u + w1 * (a - u) + w2 * (b - u)),
  mistakes: [
    {
      name: "u counted twice",
      answer: eachOf((u, a, b, w1, w2) => u + w1 * (a - u) + (u + w2 * (b - u))),
      hint: "You added two guided predictions, so the one without a condition is in it twice. It is where both start: once.",
    },
    {
      name: "one behind the other",
      answer: eachOf((u, a, b, w1, w2) => u + w1 * (a - u) + w2 * (b - a)),
      hint: "Your second difference starts at the first condition. Each condition's push is measured from the prediction without any.",
    },
    {
      name: "scales swapped",
      answer: eachOf((u, a, b, w1, w2) => u + w2 * (a - u) + w1 * (b - u)),
      hint: "The scales have changed places: w1 belongs to the first condition, w2 to the second.",
    },
    {
      name: "the mean of the two",
      answer: eachOf((u, a, b, w1, w2) => u + (w1 * (a - u) + w2 * (b - u)) / 2),
      hint: "You halve the pushes. At w1 = 1, w2 = 0 the result is the prediction under the first condition, whole.",
    },
  ],
  where: "At w1 = w2 = 0 it is u; at w1 = 1, w2 = 0 it is the first; at w1 = 0, w2 = 1 the second.",
  hint: "u + w1 (first - u) + w2 (second - u), place by place.",
});

export const beyondPlainGuidance: Exercise[] = [rescaled, lateGuidance, across, twoConditions];
