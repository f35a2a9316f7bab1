/** Exercises whose answer is a function: it is run on cases, and what it does is compared with what it should do. */
import * as tf from "@tensorflow/tfjs-core";
import { type CheckedExercise, type ExerciseText, type Mistake, UNTRIED, type Verdict } from "./exercise";
import { UnfilledGap } from "./gap";
import { type Part, partsOf, sameParts, valueText } from "./values";

/** What the function is run on. */
export interface Case<Args extends unknown[]> {
  /** Completes "At ...": "w = 0". */
  name: string;
  args: Args;
}

/** What an exercise with a function needs. */
export interface FunctionTask<Args extends unknown[]> extends ExerciseText {
  /** What the function takes, by name, in order. */
  parameters: string[];
  /** Fresh arguments at each call: a function may write into what it is given. */
  cases: () => Case<Args>[];
  right: (...args: Args) => unknown;
  mistakes: Mistake<(...args: Args) => unknown>[];
  /** Where to look when no usual mistake is recognised. */
  where: string;
  /**
   * Another value of a parameter, to find out whether the result depends on it; null where none is to be tried. Numbers,
   * lists and tensors have theirs.
   */
  vary?: Partial<Record<string, ((value: never) => unknown) | null>>;
}

/** What one call came to. */
type Outcome = { parts: Part[] } | { problem: string } | { gap: true };

/** Makes the exercise. */
export function functionExercise<Args extends unknown[]>(task: FunctionTask<Args>): CheckedExercise {
  const { id, notebook, title, hint, mistakes } = task;
  // A mistake's function and the cases' arguments may make tensors.
  const check = (answer: unknown): Verdict => tidily(() => checkFunction(task, answer));
  return { kind: "check", id, notebook, title, hint, mistakes, check };
}

const tidily = <Result>(f: () => Result): Result => tf.tidy(f as () => tf.TensorContainer) as Result;

function checkFunction<Args extends unknown[]>(task: FunctionTask<Args>, answer: unknown): Verdict {
  if (answer === undefined) return UNTRIED;
  if (typeof answer !== "function") {
    const observed = [`What was given is ${valueText(answer)}, no function.`];
    return {
      state: "wrong",
      observed,
      hint: "Give the function itself: its name, without brackets behind it.",
    };
  }
  const student = answer as (...args: Args) => unknown;
  const names = task.cases().map(({ name }) => name);
  const outcomes = names.map((_, i) => outcomeAt(task, i, student));
  if (outcomes.some((one) => "gap" in one)) return UNTRIED;
  const isRight = outcomes.map((one, i) => saysSame(one, outcomeAt(task, i, task.right)));
  const first = isRight.indexOf(false);
  if (first < 0) return { state: "right", observed: [`Tried at ${names.join("; ")}.`] };
  const mistake = task.mistakes.find(({ answer }) =>
    outcomes.every((one, i) => saysSame(one, outcomeAt(task, i, answer))),
  );
  return {
    state: "wrong",
    observed: [
      differenceAt(task, first, outcomes[first]),
      ...quietly(() => dependence(task, student)),
      ...tally(isRight),
    ],
    hint: mistake?.hint ?? task.where,
    ...(mistake && { mistake: mistake.name }),
  };
}

/** Runs what calls the student's function many times more: what it prints was printed once for each case. */
function quietly<Result>(f: () => Result): Result {
  const { log } = console;
  console.log = () => undefined;
  try {
    return f();
  } finally {
    console.log = log;
  }
}

/** How many cases are right, where some are. */
function tally(isRight: readonly boolean[]): string[] {
  const count = isRight.filter(Boolean).length;
  return count === 0 ? [] : [`Right in ${count} of ${isRight.length} cases.`];
}

type Answer<Args extends unknown[]> = (...args: Args) => unknown;

function outcomeAt<Args extends unknown[]>(
  task: FunctionTask<Args>,
  i: number,
  answer: Answer<Args>,
  change: (args: Args) => void = () => undefined,
): Outcome {
  const { args } = task.cases()[i];
  change(args);
  try {
    const value = answer(...args);
    const parts = partsOf(value);
    return parts ? { parts } : { problem: problemOf(value) };
  } catch (error) {
    if (error instanceof UnfilledGap) return { gap: true };
    return {
      problem: `your code stops with an error: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function problemOf(value: unknown): string {
  if (value === undefined) return "your function returns nothing. Is a return missing?";
  if (value instanceof Promise) return "your function returns a promise. Write it without async and await.";
  return "your function returns something that holds no numbers.";
}

function saysSame(a: Outcome, b: Outcome): boolean {
  return "parts" in a && "parts" in b && sameParts(a.parts, b.parts, ROUNDING);
}

/** The relative difference that counts as rounding: a schedule's float32 numbers, put together in another order. */
const ROUNDING = 1e-4;

/** The first case that differs, in numbers. */
function differenceAt<Args extends unknown[]>(task: FunctionTask<Args>, i: number, outcome: Outcome): string {
  const { name, args } = task.cases()[i];
  const given = task.parameters
    .map((parameter, place) => `${parameter} = ${valueText(args[place])}`)
    .filter((text) => !name.split(", ").includes(text));
  const at = `At ${name}${given.length > 0 ? ` (${given.join(", ")})` : ""}`;
  if ("problem" in outcome) return `${at} ${outcome.problem}`;
  const wanted = outcomeAt(task, i, task.right);
  if (!("parts" in outcome) || !("parts" in wanted)) return at;
  if (outcome.parts.length !== wanted.parts.length)
    return `${at} your result has ${countOf(outcome.parts)}; it should have ${countOf(wanted.parts)}.`;
  if (outcome.parts.some((part) => Number.isNaN(part)))
    return `${at} your result holds NaN: does a list end before the place that is asked for?`;
  return `${at} your result is ${shownParts(outcome.parts)}; it should be ${shownParts(wanted.parts)}.`;
}

const countOf = ({ length }: readonly Part[]): string => (length === 1 ? "1 value" : `${length} values`);

const shownParts = (parts: readonly Part[]): string => valueText(parts.length === 1 ? parts[0] : parts);

/** The first argument on which the result depends and must not, or else one on which it should, as a sentence. */
function dependence<Args extends unknown[]>(task: FunctionTask<Args>, student: Answer<Args>): string[] {
  const missing: string[] = [];
  for (const [i, { name }] of task.cases().entries())
    for (const [place, parameter] of task.parameters.entries()) {
      // A value that the case is named after is what makes it this case.
      if (name.includes(`${parameter} =`)) continue;
      const [own, wanted] = [student, task.right].map((answer) => dependsOn(task, i, place, answer));
      if (own === true && wanted === false)
        return [`At ${name} your result depends on ${parameter}; it must not.`];
      if (own === false && wanted === true)
        missing.push(`At ${name} your result does not depend on ${parameter}; it should.`);
    }
  return missing.slice(0, 1);
}

/** Whether a result changes with an argument; undefined where that cannot be said. */
function dependsOn<Args extends unknown[]>(
  task: FunctionTask<Args>,
  i: number,
  place: number,
  answer: Answer<Args>,
): boolean | undefined {
  const own = task.vary?.[task.parameters[place]];
  if (own === null) return undefined;
  const vary = own ?? anotherValue;
  const before = outcomeAt(task, i, answer);
  const after = outcomeAt(task, i, answer, (args) => (args[place] = vary(args[place] as never)));
  if (!("parts" in before) || !("parts" in after)) return undefined;
  return !sameParts(before.parts, after.parts, 1e-9);
}

/** Another value of the same kind. */
function anotherValue(value: unknown): unknown {
  if (typeof value === "number") return value + 0.37;
  if (Array.isArray(value)) return value.map(anotherValue);
  if (value instanceof Float32Array) return value.map((one) => one + 0.37);
  if (value instanceof tf.Tensor) return tf.add(value, 0.37);
  return value;
}
