/** Exercises of notebook 08: what an interval costs, two measures by hand, and which w is best. */
import { pointsOf, shippedStudy } from "../../study/study";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

const howMany = numberExercise({
  id: "how-many-digits",
  notebook: "08",
  title: "digits for a quarter of the width",
  right: () => [1550, 1650],
  observe: (n) =>
    n > 0
      ? [
          `With ${Math.round(n).toLocaleString("en")} digits the interval is about ${Math.sqrt(100 / n).toFixed(2)} times as wide as with 100.`,
        ]
      : ["It takes some digits."],
  mistakes: [
    {
      name: "as many times as narrow",
      answer: 400,
      hint: "Four times the digits make it half as wide: the width goes with one over the root of n.",
    },
    {
      name: "a root taken",
      answer: 200,
      hint: "The root is on the other side: n has to grow by the square of what the width shrinks by.",
    },
    {
      name: "twice doubled",
      answer: 800,
      hint: "The width goes with one over the root of n: to divide it by 4, n is multiplied with 4 times 4.",
    },
  ],
  where: "The width goes with 1 / Math.sqrt(n). By what must n grow for the root to grow by 4?",
  hint: "100 times the square of 4.",
});

type Frechet = (meanA: number, varA: number, meanB: number, varB: number) => number;

const frechetLine = functionExercise<Parameters<Frechet>>({
  id: "frechet-line",
  notebook: "08",
  title: "the Fréchet distance on a line",
  parameters: ["meanA", "varA", "meanB", "varB"],
  cases: () => [
    { name: "varA = 4, varB = 4", args: [1, 4, 4, 4] },
    { name: "meanA = 2, meanB = 2", args: [2, 9, 2, 0.25] },
    { name: "two sets that differ in both", args: [-1, 2.25, 0.5, 0.16] },
  ],
  right: (meanA, varA, meanB, varB) => (meanA - meanB) ** 2 + (Math.sqrt(varA) - Math.sqrt(varB)) ** 2,
  mistakes: [
    {
      name: "variances for deviations",
      answer: (meanA, varA, meanB, varB) => (meanA - meanB) ** 2 + (varA - varB) ** 2,
      hint: "The formula has sigma, the standard deviation. What is given is its square, the variance.",
    },
    {
      name: "means alone",
      answer: (meanA, _, meanB) => (meanA - meanB) ** 2,
      hint: "Two sets with one mean are not the same yet: one may spread further than the other.",
    },
    {
      name: "deviations alone",
      answer: (_, varA, __, varB) => (Math.sqrt(varA) - Math.sqrt(varB)) ** 2,
      hint: "Two sets that spread alike may lie in different places: the means are missing.",
    },
    {
      name: "not squared",
      answer: (meanA, varA, meanB, varB) =>
        Math.abs(meanA - meanB) + Math.abs(Math.sqrt(varA) - Math.sqrt(varB)),
      hint: "The differences have to be squared before they are added.",
    },
    {
      name: "its root",
      answer: (meanA, varA, meanB, varB) =>
        Math.sqrt((meanA - meanB) ** 2 + (Math.sqrt(varA) - Math.sqrt(varB)) ** 2),
      hint: "That is its root. This distance is the sum of the squares itself, as in the formula above.",
    },
    {
      name: "the variance of the difference",
      answer: (meanA, varA, meanB, varB) => (meanA - meanB) ** 2 + varA + varB,
      hint: "Variances add where one number is taken from each set by chance. Here the sets are compared: equal spreads give 0.",
    },
  ],
  where: "Add two squares: of the difference of the means, and of the difference of the standard deviations.",
  hint: "(meanA - meanB) ** 2 + (Math.sqrt(varA) - Math.sqrt(varB)) ** 2.",
});

type Precision = (drawn: number[], real: number[], radii: number[]) => number;

const share = (ones: readonly number[], isOne: (one: number, i: number) => boolean): number =>
  ones.filter(isOne).length / ones.length;

const precision = functionExercise<Parameters<Precision>>({
  id: "precision",
  notebook: "08",
  title: "precision",
  parameters: ["drawn", "real", "radii"],
  cases: () => [
    {
      name: "the first set",
      args: [
        [3, 0.5, 3.1, 9],
        [0, 2.5, 7],
        [1, 0.7, 0.5],
      ],
    },
    {
      name: "the second, with a small ball at 8",
      args: [
        [2, 2.2, 7.5],
        [1.5, 2.4, 8],
        [0.8, 0.9, 0.1],
      ],
    },
    {
      name: "the third, with a small ball inside of a large one",
      args: [
        [-4, 4, 0.8],
        [0, 1],
        [2, 0.1],
      ],
    },
  ],
  // A share changes in leaps: that it stays the same at another value does not say that the value has no part in it.
  vary: { drawn: null, real: null, radii: null },
  right: (drawn, real, radii) =>
    share(drawn, (x) => real.some((place, i) => Math.abs(x - place) <= radii[i])),
  mistakes: [
    {
      name: "coverage",
      answer: (drawn, real, radii) =>
        share(real, (place, i) => drawn.some((x) => Math.abs(x - place) <= radii[i])),
      hint: "You counted the real balls that a drawn digit lies in: that is coverage. Precision counts the drawn digits.",
    },
    {
      name: "every ball",
      answer: (drawn, real, radii) =>
        share(drawn, (x) => real.every((place, i) => Math.abs(x - place) <= radii[i])),
      hint: "You ask that a digit lies in every ball. One is enough.",
    },
    {
      name: "how many balls",
      answer: (drawn, real, radii) =>
        drawn.reduce((sum, x) => sum + real.filter((place, i) => Math.abs(x - place) <= radii[i]).length, 0) /
        drawn.length,
      hint: "A digit in two balls counts twice with you: that is density's way. For precision it is inside or it is not.",
    },
    {
      name: "on one side",
      answer: (drawn, real, radii) => share(drawn, (x) => real.some((place, i) => x - place <= radii[i])),
      hint: "A digit far to the left of a ball is inside for you: the distance is the absolute difference.",
    },
    {
      name: "the nearest alone",
      answer: (drawn, real, radii) =>
        share(drawn, (x) => {
          const distances = real.map((place) => Math.abs(x - place));
          const nearest = Math.min(...distances);
          return nearest <= radii[distances.indexOf(nearest)];
        }),
      hint: "You look at the nearest real digit alone. Its ball may be small, while that of another one reaches further.",
    },
    {
      name: "one radius for all",
      answer: (drawn, real, radii) =>
        share(drawn, (x) => real.some((place) => Math.abs(x - place) <= radii[0])),
      hint: "All balls are as large as the first one with you. The one around real[i] reaches radii[i].",
    },
    {
      name: "the drawn digit's radius",
      answer: (drawn, real, radii) =>
        share(drawn, (x, i) => real.some((place) => Math.abs(x - place) <= radii[i])),
      hint: "You take the radius by the drawn digit's place in its list. The balls are the real digits': count i over real.",
    },
    {
      name: "pair by pair",
      answer: (drawn, real, radii) => share(drawn, (x, i) => Math.abs(x - real[i]) <= radii[i]),
      hint: "You compare the first with the first, the second with the second. A drawn digit may lie in the ball of any real one.",
    },
    {
      name: "divided by the real ones",
      answer: (drawn, real, radii) =>
        drawn.filter((x) => real.some((place, i) => Math.abs(x - place) <= radii[i])).length / real.length,
      hint: "You divide by how many real digits there are. It is a share of the drawn ones.",
    },
    {
      name: "a count",
      answer: (drawn, real, radii) =>
        drawn.filter((x) => real.some((place, i) => Math.abs(x - place) <= radii[i])).length,
      hint: "That is how many. Precision is the share: divide by how many were drawn.",
    },
    {
      name: "the outside",
      answer: (drawn, real, radii) =>
        share(drawn, (x) => !real.some((place, i) => Math.abs(x - place) <= radii[i])),
      hint: "That is the share outside of every ball: turn it round.",
    },
  ],
  where:
    "For each drawn digit: is there a real one whose ball it lies in? Precision is the share of those for which there is.",
  hint: "Of drawn, keep the x for which real.some((place, i) => Math.abs(x - place) <= radii[i]); divide their number by drawn.length.",
});

/** The distance of the repaired recipe at a scale, in the study. */
function distanceAt(scale: number): number | undefined {
  const how = { rule: { rule: "plain" }, sampler: "dpm-solver", steps: 8, start: "noise" } as const;
  const settings = { weights: "repaired-ema", ...how, n: 1000, seed: 0, scale };
  return pointsOf(shippedStudy(), settings).at(0)?.score.frechet.value;
}

const bestW = numberExercise({
  id: "best-w",
  notebook: "08",
  title: "the best w of the repaired recipe",
  right: () => [1.2, 1.3],
  observe: (w) => {
    const distance = distanceAt(w);
    return [
      distance === undefined
        ? `The study has no point at w = ${w}.`
        : `At w = ${w} its distance is ${distance.toFixed(1)}.`,
    ];
  },
  mistakes: [
    {
      name: "the original recipe's",
      answer: 2,
      hint: "That is where the original recipe is best. Look at the other curve.",
    },
    {
      name: "the most right digits",
      answer: 12,
      hint: "There most digits are right, and the distance is large. Right is not the same as like real digits.",
    },
    {
      name: "no guidance",
      answer: 1,
      hint: "Close, but a little guidance helps: the next point of the curve is lower.",
    },
  ],
  where: "Find the lowest point of the repaired recipe's curve in the second chart, and read w below it.",
  hint: "It lies between w = 1 and w = 1.5.",
});

export const measuringGuidance: Exercise[] = [howMany, frechetLine, precision, bestW];
