/** Exercises of notebook 08: what an interval costs, and which w is best. */
import { pointsOf, shippedStudy } from "../../study/study";
import type { Exercise } from "../exercise";
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

export const measuringGuidance: Exercise[] = [howMany, bestW];
