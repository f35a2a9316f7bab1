/** Exercises of notebook 07: DDIM's step, and what a sampler asks of the network. */
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type Ddim = (x0: number[], eps: number[], alphaBar: number, alphaBarNext: number) => number[];
const mixing =
  (factors: (alphaBar: number, alphaBarNext: number) => [ofX0: number, ofEps: number]): Ddim =>
  (x0, eps, alphaBar, alphaBarNext) => {
    const [a, s] = factors(alphaBar, alphaBarNext);
    return x0.map((value, i) => a * value + s * eps[i]);
  };

const ddimStep = functionExercise<Parameters<Ddim>>({
  id: "ddim-step",
  notebook: "07",
  title: "one step of DDIM",
  parameters: ["x0", "eps", "alphaBar", "alphaBarNext"],
  cases: () =>
    [
      [0.05, 0.3],
      [0.3, 0.82],
      [0.82, 1],
    ].map(([now, next]) => ({
      name: `alphaBar = ${now}, alphaBarNext = ${next}`,
      args: [[-1, 0.5, 0.9], [0.4, -1.1, 0.2], now, next],
    })),
  right: mixing((_, next) => [Math.sqrt(next), Math.sqrt(1 - next)]),
  mistakes: [
    {
      name: "the old place",
      answer: mixing((now) => [Math.sqrt(now), Math.sqrt(1 - now)]),
      hint: "You mix in the proportion of t again, and are back at x_t. The step goes to the next timestep: alphaBarNext.",
    },
    {
      name: "no noise put back",
      answer: mixing((_, next) => [Math.sqrt(next), 0]),
      hint: "The noise is not put back. At the next timestep the network expects a picture with as much noise as belongs there.",
    },
    {
      name: "no square roots",
      answer: mixing((_, next) => [next, 1 - next]),
      hint: "Square roots are missing: alphaBarNext is a share of the variance, and what multiplies a picture is its root.",
    },
    {
      name: "factors swapped",
      answer: mixing((_, next) => [Math.sqrt(1 - next), Math.sqrt(next)]),
      hint: "The factors have changed places: where alphaBarNext is 1 only the digit is left.",
    },
    {
      name: "the noise of the old place",
      answer: mixing((now, next) => [Math.sqrt(next), Math.sqrt(1 - now)]),
      hint: "The digit is mixed in the proportion of the next timestep, the noise still in that of the old one.",
    },
    {
      name: "only the guess",
      answer: (x0) => x0,
      hint: "That leaps to the clean guess at once. DDIM uses it to go one step, and asks again.",
    },
  ],
  where:
    "X at the next timestep is a mix as in notebook 02: the root of alphaBarNext times x0, and the root of 1 - alphaBarNext times eps.",
  hint: "Math.sqrt(alphaBarNext) * x0[i] + Math.sqrt(1 - alphaBarNext) * eps[i]. alphaBar itself is not used: it went into x0.",
});

const picturesAsked = numberExercise({
  id: "pictures-asked",
  notebook: "07",
  title: "pictures that the network is asked about",
  right: () => [400, 400],
  observe: (count) => [
    `Spread over the 20 steps that makes ${(count / 20).toLocaleString("en", { maximumFractionDigits: 1 })} in each.`,
  ],
  mistakes: [
    {
      name: "one pass",
      answer: 200,
      hint: "At w = 2 each picture is asked about twice: without its label and with it.",
    },
    { name: "calls", answer: 40, hint: "Those are the calls. Each call asks about ten pictures." },
    { name: "steps", answer: 20, hint: "Those are the steps. Each asks about ten pictures, twice." },
    {
      name: "all timesteps",
      answer: 6000,
      hint: "That is DDPM's count with 300 steps. This sampler takes 20.",
    },
  ],
  where: "Steps times pictures times passes.",
  hint: "20 steps, ten digits, two passes at w = 2.",
});

export const fasterSamplers: Exercise[] = [ddimStep, picturesAsked];
