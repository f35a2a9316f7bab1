/** What the cells of exercises call. In a notebook what was done is kept in the notebook's folder. */
import { notebook } from "cfg-kernel";
import { checkedExercise, exercises, prediction } from "../exercises/catalogue";
import type { Verdict } from "../exercises/exercise";
import { checkNumbers, comparison, isSaid, keepPrediction, predictionOf } from "../exercises/prediction";
import {
  changeSheet,
  emptySheet,
  noteCheck,
  openSheet,
  type OpenedSheet,
  type Sheet,
  SHEET_NAME,
  workOn,
} from "../exercises/sheet";
import { solutionOf } from "../exercises/sources";
import { numberText } from "../exercises/values";
import { boxBundle, type Box } from "./exercise-box";
import { display } from "./kernel";
import { table, type TableCell } from "./table";

/**
 * Looks at your answer to an exercise and shows what is right; if it is not, what was observed, and where to look. What you
 * have done is kept in `my-exercises.json` beside the notebook.
 * @param exercise the exercise's word
 * @param answer your function, or your number
 * @throws RangeError when there is no such exercise. Within nbgrader: Error unless the answer is right
 * @example
 * cfg.check("guidance", (u: number[], c: number[], w: number) => u.map((ui, i) => ui + w * (c[i] - ui)));
 */
export function check(exercise: string, answer?: unknown): void {
  const { id, title, check: look } = checkedExercise(exercise);
  const verdict = look(answer);
  const opened = verdict.state === "untried" ? undefined : keep((sheet) => noteCheck(sheet, id, verdict));
  show({
    state: verdict.state,
    title: `${WORDS[verdict.state]}: ${title}`,
    lines: linesOf(id, verdict, opened),
  });
  // nbgrader takes a cell that fails for one without points.
  if (process.env.NBGRADER_EXECUTION && verdict.state !== "right")
    throw new Error(verdict.observed[0] ?? `${title}: not yet tried.`);
}

const WORDS: Record<Verdict["state"], string> = {
  right: "Right",
  wrong: "Not yet right",
  untried: "Not yet tried",
};

function linesOf(id: string, { state, observed, hint }: Verdict, opened: OpenedSheet | undefined): string[] {
  const complaint = opened?.complaint ? [opened.complaint] : [];
  if (state === "untried")
    return ["Write your answer in the cell above and run it; then run this cell again."];
  if (state === "right") {
    const { done, all } = countDone(opened?.sheet ?? emptySheet());
    return [
      ...observed,
      ...(opened ? [`${done} of ${all} exercises done: \`cfg.progressSheet()\``] : []),
      ...complaint,
    ];
  }
  return [
    ...observed,
    ...(hint ? [`Where to look: ${hint}`] : []),
    `More help: \`cfg.hint("${id}")\``,
    ...complaint,
  ];
}

/** Hints that were read since the kernel started: a sheet that cannot be written must not hide the solutions. */
const readHints = new Set<string>();

/**
 * Shows another hint for an exercise; called again, its solution.
 * @param exercise the exercise's word
 * @throws RangeError when there is no such exercise
 * @example cfg.hint("guidance")
 */
export function hint(exercise: string): void {
  const { id, title, hint: second } = checkedExercise(exercise);
  const at = new Date().toISOString();
  let isRead = readHints.has(id);
  readHints.add(id);
  const opened = keep((sheet) => {
    const work = workOn(sheet, id, at);
    isRead ||= work.hint;
    sheet.exercises[id] = { ...work, hint: true, solution: work.solution || isRead };
  });
  const complaint = opened?.complaint ? [opened.complaint] : [];
  if (!isRead) {
    const lines = [second, `If that does not help, run this again: it shows a solution.`, ...complaint];
    show({ state: "untried", title: `Another hint: ${title}`, lines });
    return;
  }
  show({
    state: "untried",
    title: `A solution: ${title}`,
    lines: ["Others are as right. Read it, close it, and write your own.", ...complaint],
    code: solutionOf(id),
  });
}

/**
 * Keeps numbers that you say before you run a cell; {@link outcome} sets them beside what came out.
 * @param exercise the exercise's word
 * @param numbers yours, by name; NaN stands for one that you have not said
 * @throws RangeError when there is no such exercise, or something else than a number is given
 * @example cfg.predict("which-w", { "this course's w": 2, "the first number there": 1.4 })
 */
export function predict(exercise: string, numbers: Readonly<Record<string, number>>): void {
  const { id, title } = prediction(exercise);
  checkNumbers(id, numbers);
  if (!isSaid(numbers)) {
    const lines = [
      "Put your numbers in the place of NaN, and run this cell before those that follow. A guess will do.",
    ];
    show({ state: "untried", title: `Not yet said: ${title}`, lines });
    return;
  }
  let kept = { said: { ...numbers } };
  const opened = keep((sheet) => (kept = keepPrediction(sheet, id, numbers)));
  const said = Object.entries(kept.said).map(([name, value]) => `${name}: ${numberText(value)}`);
  const isFirst = JSON.stringify(kept.said) === JSON.stringify(numbers);
  const more = isFirst
    ? "Now run the cells that follow."
    : "You have seen what came out, so your first numbers stay.";
  show({
    state: "right",
    title: `Kept: ${title}`,
    lines: [`${said.join("; ")}. ${more}`, ...(opened?.complaint ? [opened.complaint] : [])],
  });
}

/**
 * Sets what came out beside what you predicted.
 * @param exercise the exercise's word
 * @param numbers what came out, by the names of the prediction
 * @throws RangeError when there is no such exercise, or something else than a number is given
 * @example cfg.outcome("which-w", { "this course's w": 4, "the first number there": 2.6 })
 */
export function outcome(exercise: string, numbers: Readonly<Record<string, number>>): void {
  const { id, title } = prediction(exercise);
  checkNumbers(id, numbers);
  const before = notebook() ? predictionOf(openSheet(process.cwd()).sheet, id) : undefined;
  if (!before) {
    const lines = [
      "Say your numbers first, in the cell that begins with cfg.predict, and run this one again.",
    ];
    show({ state: "untried", title: `Not yet predicted: ${title}`, lines });
    return;
  }
  keep((sheet) => {
    const said = predictionOf(sheet, id);
    if (said) said.came ??= { ...numbers };
  });
  table(["", "you said", "came out", "apart by"], comparison(before.said, numbers));
}

/** Options of {@link progressSheet}. */
export interface ProgressSheetOptions {
  /** Your name, for the teacher's table. It is kept in the sheet. */
  student?: string;
}

/**
 * Shows what you have done of the course's exercises, over all notebooks, from `my-exercises.json` beside the notebook.
 * @example cfg.progressSheet({ student: "Ada" })
 */
export function progressSheet({ student }: ProgressSheetOptions = {}): void {
  const opened = student === undefined ? read() : (keep((sheet) => (sheet.student = student)) ?? read());
  const { sheet, complaint } = opened;
  table(
    ["notebook", "exercise", "called", "state", "tries", "help"],
    exercises.map((exercise): TableCell[] => [
      exercise.notebook,
      exercise.title,
      exercise.id,
      ...workCells(sheet, exercise.id),
    ]),
  );
  const { done, all } = countDone(sheet);
  const kept = notebook() ? [`It is kept in ${SHEET_NAME}, beside this notebook.`] : [];
  show({
    state: done === all ? "right" : "untried",
    title: `${sheet.student ? `${sheet.student}: ` : ""}${done} of ${all} exercises done`,
    lines: [...kept, ...(complaint ? [complaint] : [])],
  });
}

/** State, tries and help of an exercise. */
function workCells(sheet: Sheet, id: string): TableCell[] {
  const said = predictionOf(sheet, id);
  if (said) return [said.came ? "done" : "predicted", "-", "-"];
  if (!Object.hasOwn(sheet.exercises, id)) return ["open", "-", "-"];
  const { state, tries, hint, solution } = sheet.exercises[id];
  return [state, tries, solution ? "solution" : hint ? "hint" : "-"];
}

/** How many exercises are done. */
export function countDone(sheet: Sheet): { done: number; all: number } {
  const done = exercises.filter(({ id }) => workCells(sheet, id)[0] === "done").length;
  return { done, all: exercises.length };
}

const read = (): OpenedSheet => (notebook() ? openSheet(process.cwd()) : { sheet: emptySheet() });

/** Changes the sheet beside the notebook; outside of one nothing is kept. */
export function keep(change: (sheet: Sheet) => void): OpenedSheet | undefined {
  return notebook() ? changeSheet(process.cwd(), change) : undefined;
}

const show = (box: Box): void => display(boxBundle(box));
