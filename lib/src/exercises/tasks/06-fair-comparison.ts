/** An exercise of notebook 06: a plan in which only w changes. */
import { isObject } from "../../fields";
import { type CheckedExercise, type Mistake, UNTRIED, type Verdict } from "../exercise";
import { UnfilledGap } from "../gap";
import { valueText } from "../values";

interface Drawing {
  labels: number[];
  guidanceScale: number;
  seed?: number;
}
type Plan = (w: number) => Drawing;

/** The scales that the plan is asked for; the first once more, since a plan may be another each time. */
const SCALES = [1, 5, 1];
const LEAST_LABELS = 10;
const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** A usual fault: how it shows, and a plan that has it. */
interface Fault extends Mistake<Plan> {
  /** What is seen of it; undefined where the drawings do not have it. */
  seen: (drawings: readonly Drawing[]) => string | undefined;
}

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

const FAULTS: Fault[] = [
  {
    name: "the scale does not follow",
    answer: () => ({ labels: TEN, guidanceScale: 2, seed: 1 }),
    hint: "guidanceScale is to be the w that the function is given.",
    seen: (drawings) => {
      const i = drawings.findIndex(({ guidanceScale }, place) => guidanceScale !== SCALES[place]);
      if (i < 0) return undefined;
      return `Asked for w = ${SCALES[i]}, your plan draws at guidanceScale = ${valueText(drawings[i].guidanceScale)}.`;
    },
  },
  {
    name: "another seed each time",
    answer: (w) => ({ labels: TEN, guidanceScale: w, seed: Math.floor(1e9 * Math.random()) }),
    hint: "Choose the seed once and write it down: nobody, you included, can make these pictures again.",
    seen: ([first, , again]) =>
      differ(first.seed, again.seed)
        ? `Asked twice for w = 1, your plan has the seeds ${valueText(first.seed)} and ${valueText(again.seed)}.`
        : undefined,
  },
  {
    name: "a seed for each scale",
    answer: (w) => ({ labels: TEN, guidanceScale: w, seed: w }),
    hint: "The noise changes together with w, so you cannot tell which of the two made the difference. One seed for all scales.",
    seen: ([first, second]) =>
      differ(first.seed, second.seed)
        ? `At w = 1 the seed is ${valueText(first.seed)}, at w = 5 it is ${valueText(second.seed)}.`
        : undefined,
  },
  {
    name: "other labels",
    answer: (w) => ({ labels: TEN.map((label) => (label + w) % 10), guidanceScale: w, seed: 1 }),
    hint: "Other digits look different at any w. Ask for the same ones at each scale.",
    seen: ([first, second]) =>
      differ(first.labels, second.labels)
        ? `At w = 1 the labels are ${valueText(first.labels)}, at w = 5 ${valueText(second.labels)}.`
        : undefined,
  },
  {
    name: "a single digit",
    answer: (w) => ({ labels: [7], guidanceScale: w, seed: 1 }),
    hint: "Few digits may be luck, good or bad. Ask for ten or more: cfg.labelsFor(20) makes twenty labels.",
    seen: ([{ labels }]) =>
      labels.length < LEAST_LABELS ? `Your plan draws ${labels.length} at each scale.` : undefined,
  },
];

function check(answer: unknown): Verdict {
  if (answer === undefined) return UNTRIED;
  if (typeof answer !== "function")
    return {
      state: "wrong",
      observed: [`What was given is ${valueText(answer)}, no function.`],
      hint: "Give the function itself: its name, without brackets behind it.",
    };
  let drawings: unknown[];
  try {
    drawings = SCALES.map((w) => (answer as (w: number) => unknown)(w));
  } catch (error) {
    if (error instanceof UnfilledGap) return UNTRIED;
    return { state: "wrong", observed: [`Your plan stops with an error: ${String(error)}`], hint: WHERE };
  }
  if (!drawings.every(isDrawing))
    return { state: "wrong", observed: ["Your plan has no labels, or no guidanceScale."], hint: WHERE };
  for (const { name, hint, seen } of FAULTS) {
    const observed = seen(drawings);
    if (observed !== undefined) return { state: "wrong", observed: [observed], hint, mistake: name };
  }
  return { state: "right", observed: ["From w = 1 to w = 5 nothing changes but the scale."] };
}

const WHERE = "Return an object: { labels: [...], guidanceScale: w, seed: ... }.";

function isDrawing(value: unknown): value is Drawing {
  return isObject(value) && Array.isArray(value.labels) && typeof value.guidanceScale === "number";
}

export const fairComparison: CheckedExercise = {
  kind: "check",
  id: "fair-comparison",
  notebook: "06",
  title: "a comparison in which only w changes",
  hint: "labels: cfg.labelsFor(20), guidanceScale: w, and any one seed that does not depend on w.",
  mistakes: FAULTS,
  check,
};
