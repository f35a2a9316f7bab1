/** Exercises whose answer is a number: read from a plot, computed by hand, or found by an experiment. */
import { type CheckedExercise, type ExerciseText, type Mistake, UNTRIED, type Verdict } from "./exercise";
import { partsOf } from "./values";

/** What an exercise with a number needs. */
export interface NumberTask extends ExerciseText {
  /** The least and the largest number that is right. */
  right: () => [least: number, largest: number];
  /** What is so at the number that was given, as sentences: "At t = 200 alphaBar is 0.26." */
  observe: (value: number) => string[];
  mistakes: Mistake<number>[];
  /** Where to look when no usual mistake is recognised. */
  where: string;
}

/** Makes the exercise. */
export function numberExercise(task: NumberTask): CheckedExercise {
  const { id, notebook, title, hint, mistakes } = task;
  return { kind: "check", id, notebook, title, hint, mistakes, check: (answer) => checkNumber(task, answer) };
}

function checkNumber(task: NumberTask, answer: unknown): Verdict {
  const [value, ...others] = partsOf(answer) ?? [answer];
  if (value === undefined || Number.isNaN(value)) return UNTRIED;
  if (typeof value !== "number" || others.length > 0)
    return {
      state: "wrong",
      observed: [`What was given is ${String(answer)}.`],
      hint: "The answer is one number.",
    };
  const observed = task.observe(value);
  const [least, largest] = task.right();
  if (value >= least && value <= largest) return { state: "right", observed };
  const mistake = task.mistakes
    .filter(({ answer }) => apart(value, answer) <= 0.006 * Math.abs(answer))
    .sort((one, other) => apart(value, one.answer) - apart(value, other.answer))
    .at(0);
  return {
    state: "wrong",
    observed,
    hint: mistake?.hint ?? task.where,
    ...(mistake && { mistake: mistake.name }),
  };
}

/** Numbers from a plot or a pocket calculator are rounded to two or three digits, so near ones are taken for the same. */
const apart = (value: number, other: number): number => Math.abs(value - other);
