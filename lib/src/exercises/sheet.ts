/** What a student has done: a file in the folder where the notebooks are. */
import { existsSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import {
  type Fields,
  fieldProblem,
  flag,
  isObject,
  objectOf,
  oneOf,
  optional,
  text,
  wholeFrom,
} from "../fields";
import { writeFileAtomic } from "../files/atomic";
import { withLock } from "../files/lock";
import { printable } from "../validate";
import type { Verdict } from "./exercise";

/** The sheet's name in its folder. */
export const SHEET_NAME = "my-exercises.json";

/** What was done on one exercise with a check. */
export interface Work {
  state: "done" | "tried";
  /** Checks until it was right, or so far. */
  tries: number;
  /** The second hint was read. */
  hint: boolean;
  /** The solution was read; whether before the exercise was right. */
  solution: boolean;
  /** When it was first and last checked, in ISO 8601. */
  first: string;
  last: string;
  /** What the last check observed, where it was wrong. */
  observed?: string;
}

/** Numbers that were said before, and what came out. */
export interface Said {
  at: string;
  said: Record<string, number>;
  came?: Record<string, number>;
}

/** A student's sheet. Exercises that are not in it are open. */
export interface Sheet {
  format: 1;
  /** Who works here, where they said so. */
  student?: string;
  exercises: Record<string, Work>;
  predictions: Record<string, Said>;
}

export const emptySheet = (): Sheet => ({ format: 1, exercises: {}, predictions: {} });

const WORK: Fields = {
  state: oneOf("done", "tried"),
  tries: wholeFrom(0),
  hint: flag,
  solution: flag,
  first: text,
  last: text,
  observed: optional(text),
};
const areNumbers = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((one) => typeof one === "number");
const numbers = { allowed: "numbers by name", isAllowed: areNumbers };
const SAID: Fields = { at: text, said: numbers, came: optional(numbers) };
const recordsOf = (fields: Fields, allowed: string): Fields[string] => ({
  allowed,
  isAllowed: (value) =>
    isObject(value) && Object.values(value).every((one) => objectOf(fields, "").isAllowed(one)),
});
const SHEET: Fields = {
  format: { allowed: "1", isAllowed: (value) => value === 1 },
  student: optional(text),
  exercises: recordsOf(WORK, "what was done on each exercise"),
  predictions: recordsOf(SAID, "what was predicted"),
};

/**
 * Reads a sheet.
 * @throws Error that names the file and says what is wrong with it
 */
export function readSheet(file: string): Sheet {
  const problem = (what: string): Error => new Error(`${file} is no sheet of exercises: ${printable(what)}.`);
  let sheet: unknown;
  try {
    sheet = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw problem((error as Error).message);
  }
  if (!isObject(sheet)) throw problem("it holds no object");
  const fault = fieldProblem(sheet, SHEET);
  if (fault !== undefined) throw problem(fault);
  return sheet as unknown as Sheet;
}

/** A sheet, and what has to be said about its file. */
export interface OpenedSheet {
  sheet: Sheet;
  complaint?: string;
}

/** The sheet of a folder, empty where none is there. A damaged one is kept under another name. */
export function openSheet(folder: string): OpenedSheet {
  const file = path.join(folder, SHEET_NAME);
  if (!existsSync(file)) return { sheet: emptySheet() };
  try {
    return { sheet: readSheet(file) };
  } catch (error) {
    return { sheet: emptySheet(), complaint: setAside(file, (error as Error).message) };
  }
}

function setAside(file: string, problem: string): string {
  try {
    const kept = freeName(file);
    renameSync(file, kept);
    return `${problem} It is kept as ${path.basename(kept)}, and a new sheet is begun.`;
  } catch {
    return `${problem} It stays where it is, and nothing new is kept.`;
  }
}

function freeName(file: string): string {
  const { dir, name, ext } = path.parse(file);
  for (let i = 1; ; i++) {
    const kept = path.join(dir, `${name}.damaged-${i}${ext}`);
    if (!existsSync(kept)) return kept;
  }
}

/**
 * Changes a folder's sheet, whole or not at all. Other notebooks may change it at the same time.
 * @returns what has to be said about its file; where it cannot be written, the changed sheet all the same
 */
export function changeSheet(folder: string, change: (sheet: Sheet) => void): OpenedSheet {
  const file = path.join(folder, SHEET_NAME);
  let opened: OpenedSheet | undefined;
  const changed = (): OpenedSheet => {
    opened = openSheet(folder);
    change(opened.sheet);
    return opened;
  };
  try {
    return withLock(file, () => {
      const { sheet, complaint } = changed();
      // A damaged file that could not be set aside is not written over.
      if (complaint === undefined || !existsSync(file))
        writeFileAtomic(file, new TextEncoder().encode(`${JSON.stringify(sheet, null, 2)}\n`));
      return { sheet, complaint };
    });
  } catch (error) {
    const { sheet, complaint } = opened ?? changed();
    return { sheet, complaint: [complaint, (error as Error).message].filter(Boolean).join(" ") };
  }
}

/** Writes a check's verdict into a sheet. What is done stays done. */
export function noteCheck(
  sheet: Sheet,
  id: string,
  { state, observed }: Verdict,
  now: Date = new Date(),
): void {
  const at = now.toISOString();
  const before = workOn(sheet, id, at);
  if (before.state === "done") return;
  const isRight = state === "right";
  const work: Work = { ...before, state: isRight ? "done" : "tried", tries: before.tries + 1, last: at };
  if (isRight) delete work.observed;
  else work.observed = observed[0];
  sheet.exercises[id] = work;
}

/** The work on an exercise so far. */
export function workOn({ exercises }: Sheet, id: string, at: string): Work {
  if (Object.hasOwn(exercises, id)) return exercises[id];
  return { state: "tried", tries: 0, hint: false, solution: false, first: at, last: at };
}
