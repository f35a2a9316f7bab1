/** What an exercise is: a task whose answer is looked at, and what is then said about it. */

/** What a check says. */
export interface Verdict {
  state: "right" | "wrong" | "untried";
  /** What was observed, a sentence each; the first tells the difference. */
  observed: string[];
  /** Where to look. */
  hint?: string;
  /** The name of the usual mistake that was recognised. */
  mistake?: string;
}

/** A usual wrong answer, and what helps who gave it. */
export interface Mistake<Answer> {
  /** What went wrong, in a few words. */
  name: string;
  answer: Answer;
  hint: string;
}

/** What every exercise says about itself. */
export interface ExerciseText {
  /** The word by which cells call it. */
  id: string;
  /** The notebook where it stands, by the digits of its name: "01". */
  notebook: string;
  title: string;
  /** The second hint, which is given when it is asked for. */
  hint: string;
}

/** An exercise whose answer can be right or wrong. */
export interface CheckedExercise extends ExerciseText {
  kind: "check";
  mistakes: readonly Mistake<unknown>[];
  check: (answer: unknown) => Verdict;
}

/** Numbers to be said before a cell is run. There is no wrong answer: what counts is to compare. */
export interface Prediction extends Omit<ExerciseText, "hint"> {
  kind: "prediction";
}

/** A network of the bug gallery, whose mistake is to be named: `cfg.nameBug`. */
export interface Naming extends Omit<ExerciseText, "hint"> {
  kind: "naming";
}

export type Exercise = CheckedExercise | Prediction | Naming;

export const UNTRIED: Verdict = { state: "untried", observed: [] };
