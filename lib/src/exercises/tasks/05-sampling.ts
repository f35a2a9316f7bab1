/** Exercises of notebook 05: the doubled batch, the passes that are needed, the reverse step. */
import { linearSchedule, type Schedule } from "../../schedule";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";

type Halves = (both: number[][], w: number) => number[][];
/** A function that pairs rows of the doubled batch, and combines the pairs. */
const pairing =
  (
    pairOf: (both: number[][], i: number) => [number[], number[]],
    formula: (u: number, c: number, w: number) => number = (u, c, w) => u + w * (c - u),
  ): Halves =>
  (both, w) =>
    Array.from({ length: both.length / 2 }, (_, i) => {
      const [epsU, epsC] = pairOf(both, i);
      return epsU.map((u, j) => formula(u, epsC[j], w));
    });
const halfOf = (both: number[][]): number => both.length / 2;

const doubledBatch = functionExercise<Parameters<Halves>>({
  id: "doubled-batch",
  notebook: "05",
  title: "guidance on a doubled batch",
  parameters: ["both", "w"],
  cases: () => {
    const both = (): number[][] => [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.6, 0.9],
      [-0.5, 0.8],
    ];
    return [0, 1, 2].map((w) => ({ name: `w = ${w}`, args: [both(), w] }));
  },
  right: pairing((both, i) => [both[i], both[halfOf(both) + i]]),
  mistakes: [
    {
      name: "halves swapped",
      answer: pairing((both, i) => [both[halfOf(both) + i], both[i]]),
      hint: "The halves have changed places: the first rows were asked without a label, so they are epsU.",
    },
    {
      name: "pairs of neighbours",
      answer: pairing((both, i) => [both[2 * i], both[2 * i + 1]]),
      hint: "You pair neighbours. The batch holds all images without a label, then all of them with it: row i belongs to row i + n.",
    },
    {
      name: "the paper's w",
      answer: pairing(
        (both, i) => [both[i], both[halfOf(both) + i]],
        (u, c, w) => c + w * (c - u),
      ),
      hint: "Your w = 0 gives the conditional half: that is the paper's way to count. Here the sum starts at epsU.",
    },
    {
      name: "only the second half",
      answer: pairing((both, i) => [both[halfOf(both) + i], both[halfOf(both) + i]]),
      hint: "Both of your predictions come from the half with labels: their difference is 0, and w does nothing.",
    },
  ],
  where: "With n = both.length / 2, row i is epsU of image i, and row n + i is its epsC.",
  hint: "Cut both in two with slice(0, n) and slice(n), then put each pair of rows into the formula, place by place.",
});

type Passes = (w: number) => [withoutLabel: boolean, withLabel: boolean];

const whichPasses = functionExercise<Parameters<Passes>>({
  id: "which-passes",
  notebook: "05",
  title: "the passes that are needed",
  parameters: ["w"],
  cases: () => [0, 1, 2, 0.5, -1].map((w) => ({ name: `w = ${w}`, args: [w] })),
  right: (w) => [w !== 1, w !== 0],
  mistakes: [
    {
      name: "always both",
      answer: () => [true, true],
      hint: "Both passes always give the right picture, but at two scales one of them is multiplied with 0: which?",
    },
    {
      name: "the wrong one left out",
      answer: (w) => [w !== 0, w !== 1],
      hint: "You leave out the wrong one: at w = 0 the result is epsU, so the pass without a label is the one to keep.",
    },
    {
      name: "both only above 1",
      answer: (w) => [w > 1 || w === 0, w > 0],
      hint: "Between 0 and 1 and below 0 both count, too: look for the scales where a factor is exactly 0.",
    },
    {
      name: "w = 1 forgotten",
      answer: (w) => [true, w !== 0],
      hint: "w = 0 is right. At w = 1 the result is epsC: what was asked without a label cancels.",
    },
    {
      name: "w = 0 forgotten",
      answer: (w) => [w !== 1, true],
      hint: "w = 1 is right. At w = 0 the result is epsU: what was asked with the label is multiplied with 0.",
    },
  ],
  where: "Write the formula as (1 - w) epsU + w epsC. A pass is needed where its factor is not 0.",
  hint: "The factor of epsU is 0 at one scale only, that of epsC at another: [w !== ..., w !== ...].",
});

type Reverse = (x: number[], eps: number[], t: number, z: number[], schedule: Schedule) => number[];
/** How a wrong step differs from the right one. */
interface Step {
  /** What the noise is multiplied with. */
  ofNoise: (t: number, schedule: Schedule) => number;
  /** What the whole is divided by. */
  divisor: (t: number, schedule: Schedule) => number;
  sigma: (t: number, schedule: Schedule) => number;
}

const RIGHT: Step = {
  ofNoise: (t, { betas, alphaBars }) => betas[t] / Math.sqrt(1 - alphaBars[t]),
  divisor: (t, { alphas }) => Math.sqrt(alphas[t]),
  sigma: (t, { betas }) => (t > 0 ? Math.sqrt(betas[t]) : 0),
};
const stepping =
  (step: Partial<Step>): Reverse =>
  (x, eps, t, z, schedule) => {
    const { ofNoise, divisor, sigma } = { ...RIGHT, ...step };
    return x.map(
      (value, i) =>
        (value - ofNoise(t, schedule) * eps[i]) / divisor(t, schedule) + sigma(t, schedule) * z[i],
    );
  };

const reverseStep = functionExercise<Parameters<Reverse>>({
  id: "reverse-step",
  notebook: "05",
  title: "one step back",
  parameters: ["x", "eps", "t", "z"],
  cases: () =>
    [299, 150, 1, 0].map((t) => ({
      name: `t = ${t}`,
      args: [[0.7, -0.2], [-1.2, 0.4], t, [0.5, 1.5], linearSchedule()],
    })),
  vary: { t: null },
  right: stepping({}),
  mistakes: [
    {
      name: "noise at t = 0",
      answer: stepping({ sigma: (t, { betas }) => Math.sqrt(betas[t]) }),
      hint: "All steps are right but the last: at t = 0 nothing comes that could take the noise out again, so none is added.",
    },
    {
      name: "alpha for alphaBar",
      answer: stepping({ ofNoise: (t, { betas, alphas }) => betas[t] / Math.sqrt(1 - alphas[t]) }),
      hint: "The noise in x_t is that of all steps up to t: its size is the root of 1 - alphaBar, not of 1 - alpha.",
    },
    {
      name: "alphaBar for alpha",
      answer: stepping({ divisor: (t, { alphaBars }) => Math.sqrt(alphaBars[t]) }),
      hint: "You divide by the root of alphaBar, which goes back to t = 0 in one leap. One step back divides by the root of alpha.",
    },
    {
      name: "sigma without its root",
      answer: stepping({ sigma: (t, { betas }) => (t > 0 ? betas[t] : 0) }),
      hint: "Your fresh noise is too weak: beta is a variance, and what multiplies z is its square root.",
    },
    {
      name: "no fresh noise",
      answer: stepping({ sigma: () => 0 }),
      hint: "The fresh noise z is missing: every step but the last adds fresh noise of size sigma.",
    },
    {
      name: "not divided",
      answer: stepping({ divisor: () => 1 }),
      hint: "The division by the root of alpha is missing: the step made the picture fainter, and that is undone, too.",
    },
    {
      name: "all the noise taken out",
      answer: stepping({ ofNoise: (t, { alphaBars }) => Math.sqrt(1 - alphaBars[t]) }),
      hint: "You take out all of the noise. One step takes out its own share of it: beta over the root of 1 - alphaBar.",
    },
    {
      name: "noise put in",
      answer: stepping({ ofNoise: (t, schedule) => -RIGHT.ofNoise(t, schedule) }),
      hint: "You add the predicted noise. It has to come out: look at the sign.",
    },
  ],
  where:
    "Take it in three parts: x minus its share of eps; all of it divided by the root of alpha; then sigma z, but at t = 0.",
  hint: "The share of eps is betas[t] / Math.sqrt(1 - alphaBars[t]), the divisor Math.sqrt(alphas[t]), sigma Math.sqrt(betas[t]); at t = 0 leave z out.",
});

export const sampling: Exercise[] = [
  doubledBatch,
  whichPasses,
  { kind: "prediction", id: "cost", notebook: "05", title: "what the second question costs" },
  reverseStep,
];
