/** Exercises of notebook 09: how much too bright, and v. */
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";

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

export const whatTheScheduleHides: Exercise[] = [
  { kind: "prediction", id: "too-bright", notebook: "09", title: "how much brighter the samples are" },
  velocity,
];
