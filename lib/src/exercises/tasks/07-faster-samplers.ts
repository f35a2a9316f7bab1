/** Exercises of notebook 07: DDIM's step, what a sampler asks of the network, looking back, and how few steps do. */
import type { SamplerName } from "../../study/sampler-names";
import { pointsOf, shippedStudy } from "../../study/study";
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

type LookBack = (x0: number[], x0Last: number[], r: number) => number[];
const carriedOn =
  (share: (r: number) => number): LookBack =>
  (x0, x0Last, r) =>
    x0.map((value, i) => value + share(r) * (value - x0Last[i]));

const lookBack = functionExercise<Parameters<LookBack>>({
  id: "look-back",
  notebook: "07",
  title: "the guess, carried on",
  parameters: ["x0", "x0Last", "r"],
  cases: () => [0.5, 1, 1.7].map((r) => ({ name: `r = ${r}`, args: [[-1, 0.5, 0.9], [-0.6, 0.1, 1], r] })),
  right: carriedOn((r) => 1 / (2 * r)),
  mistakes: [
    {
      name: "turned round",
      answer: carriedOn((r) => -1 / (2 * r)),
      hint: "You go back to where the guess came from. It moved from x0Last to x0, and moves on in that direction.",
    },
    {
      name: "the whole step",
      answer: carriedOn((r) => 1 / r),
      hint: "That is where it will be at the end of this step. In the middle it has gone half as far.",
    },
    {
      name: "r upside down",
      answer: carriedOn((r) => r / 2),
      hint: "The step before was r times as long, so in this one the guess moves an r-th of the way, not r times. (In x / 2 * r the r multiplies: it is x / (2 * r).)",
    },
    {
      name: "steps of one length",
      answer: carriedOn(() => 1 / 2),
      hint: "That is right where both steps have one length. The guess took r times this step's length to move so far.",
    },
    {
      name: "the move alone",
      answer: (x0, x0Last, r) => x0.map((value, i) => (value - x0Last[i]) / (2 * r)),
      hint: "That is how far the guess moves until then. Where is it? It starts from x0.",
    },
    {
      name: "from the last guess",
      answer: (x0, x0Last, r) => x0.map((value, i) => x0Last[i] + (value - x0Last[i]) / (2 * r)),
      hint: "You start from x0Last. The guess is at x0 by now, and moves on from there.",
    },
    {
      name: "the mean",
      answer: carriedOn(() => -1 / 2),
      hint: "The mean lies in the middle of the step before, which is behind you. (UniPC makes that one again with it.)",
    },
    {
      name: "only the last guess",
      answer: carriedOn(() => 0),
      hint: "That is DDIM: it takes the guess as if it stayed as it is. It moved in the step before; carry that on.",
    },
  ],
  where:
    "In the step before the guess moved by x0 - x0Last. How far does it move in this one, which is 1 / r as long, and how far in half of it?",
  hint: "x0[i] + (x0[i] - x0Last[i]) / (2 * r).",
});

/** The samplers' distances of the repaired recipe at w = 1.25 in so many steps, in the study. */
function distancesIn(steps: number): string[] {
  const names: [SamplerName, string][] = [
    ["ddim", "DDIM"],
    ["dpm-solver", "DPM-Solver++"],
    ["unipc", "UniPC"],
    ["sde-dpm-solver", "SDE-DPM-Solver++"],
  ];
  const repaired = { weights: "repaired-ema", scale: 1.25, start: "noise", n: 1000, seed: 0 } as const;
  return names.flatMap(([sampler, name]) =>
    pointsOf(shippedStudy(), { ...repaired, rule: { rule: "plain" }, sampler, steps }).map(
      ({ score }) => `${name} ${score.frechet.value.toFixed(1)}`,
    ),
  );
}

const fewestSteps = numberExercise({
  id: "fewest-steps",
  notebook: "07",
  title: "steps to a distance below 5",
  right: () => [6, 6],
  observe: (steps) => {
    const distances = distancesIn(steps);
    return [
      distances.length === 0
        ? `The chart has no point at ${steps} steps.`
        : `The distances in ${steps} steps: ${distances.join(", ")}.`,
    ];
  },
  mistakes: [
    {
      name: "a step too few",
      answer: 4,
      hint: "Nobody is below 5 there yet. The axis is logarithmic: find 5 on it first.",
    },
    {
      name: "one more than needed",
      answer: 8,
      hint: "The lowest curve is below 5 one point earlier already.",
    },
    {
      name: "the last of the chart",
      answer: 20,
      hint: "All are below 5 there. Follow the lowest curve to the left.",
    },
  ],
  where: "Follow the lowest curve from the right to the left, to the last point that lies below 5.",
  hint: "The lowest curve is UniPC's.",
});

export const fasterSamplers: Exercise[] = [ddimStep, picturesAsked, lookBack, fewestSteps];
