/** Numbers that are said before a cell is run, and set beside what comes out. */
import { isObject } from "../fields";
import type { Said, Sheet } from "./sheet";
import { shown } from "../validate";

/** Whether every number was filled in. */
export function isSaid(numbers: Readonly<Record<string, number>>): boolean {
  return Object.values(numbers).every((value) => !Number.isNaN(value));
}

/** @throws RangeError unless it holds numbers by name */
export function checkNumbers(id: string, numbers: unknown): void {
  const problem = (what: string): RangeError =>
    new RangeError(`"${id}" takes numbers by name, { "w = 0": 1 }, say; ${what}.`);
  if (!isObject(numbers)) throw problem(`given was ${shown(numbers)}`);
  const names = Object.keys(numbers);
  if (names.length === 0) throw problem("given was none");
  const wrong = names.find((name) => typeof numbers[name] !== "number");
  if (wrong !== undefined) throw problem(`"${wrong}" is ${shown(numbers[wrong])}`);
}

/**
 * Keeps a prediction, unless what came out was seen already: then the first one stays.
 * @returns the one that is kept
 */
export function keepPrediction(
  sheet: Sheet,
  id: string,
  said: Readonly<Record<string, number>>,
  now: Date = new Date(),
): Said {
  const before = predictionOf(sheet, id);
  if (before?.came) return before;
  return (sheet.predictions[id] = { at: now.toISOString(), said: { ...said } });
}

/** What was predicted of an exercise. */
export function predictionOf({ predictions }: Sheet, id: string): Said | undefined {
  return Object.hasOwn(predictions, id) ? predictions[id] : undefined;
}

/** A row for each number: its name, what was said, what came out, and how far that is from each other. */
export function comparison(
  said: Readonly<Record<string, number>>,
  came: Readonly<Record<string, number>>,
): [name: string, said: number | "-", came: number, off: number | "-"][] {
  return Object.entries(came).map(([name, value]) =>
    Object.hasOwn(said, name)
      ? [name, said[name], value, Math.abs(said[name] - value)]
      : [name, "-", value, "-"],
  );
}
