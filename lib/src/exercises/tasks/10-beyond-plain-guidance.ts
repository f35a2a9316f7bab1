/** Exercises of notebook 10: a rule that guides in part, and two conditions. */
import * as tf from "@tensorflow/tfjs-core";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";

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

export const beyondPlainGuidance: Exercise[] = [lateGuidance, twoConditions];
