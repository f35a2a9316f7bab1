/** What a class has done: one table from the students' sheets. */
import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { exercises } from "cfg-lib/dist/exercises/catalogue";
import { predictionOf } from "cfg-lib/dist/exercises/prediction";
import { cut } from "cfg-lib/dist/validate";
import { readSheet, type Sheet, SHEET_NAME } from "cfg-lib/dist/exercises/sheet";

/** A student's row. */
export interface Row {
  student: string;
  /** Done, of how many, for each notebook by its digits. */
  notebooks: Record<string, [done: number, all: number]>;
  done: number;
  /** Exercises that were done after the hint or the solution was read. */
  withHint: number;
  withSolution: number;
  /** Exercises that were tried and are not right yet. */
  open: string[];
}

/**
 * The sheets in these files and folders, searched to any depth. A student is called as in the sheet, or as the file's
 * first folder below the one that was given.
 * @throws Error when there is none
 */
export function findSheets(places: readonly string[]): { file: string; student: string }[] {
  const found = places.flatMap((place) => {
    if (!existsSync(place)) throw new Error(`There is no ${place}.`);
    if (!statSync(place).isDirectory()) return [{ file: place, student: path.parse(place).name }];
    const names = readdirSync(place, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => isSheetName(path.basename(name)))
      .sort()
      .map((name) => ({ file: path.join(place, name), student: studentIn(name) }));
  });
  if (found.length === 0) throw new Error(`There is no ${SHEET_NAME} in ${places.join(", ")}.`);
  return found;
}

const SHEET_STEM = path.parse(SHEET_NAME).name;

/** Sheets may have been renamed when they were collected: ada-my-exercises.json, my-exercises (2).json. */
const isSheetName = (name: string): boolean =>
  name.includes(SHEET_STEM) && name.endsWith(".json") && !name.includes(".damaged-");

/** The first folder on the way to a sheet, or what else its name says. */
function studentIn(name: string): string {
  if (name.includes(path.sep)) return name.split(path.sep)[0];
  const { name: stem } = path.parse(name);
  return stem.replace(SHEET_STEM, "").replace(/^[-_ ]+|[-_ ]+$/g, "") || stem;
}

/** The row of a sheet. */
export function rowOf(sheet: Sheet, fallback: string): Row {
  const isDone = (id: string): boolean =>
    predictionOf(sheet, id)?.came !== undefined ||
    (Object.hasOwn(sheet.exercises, id) && sheet.exercises[id].state === "done");
  const notebooks: Row["notebooks"] = {};
  for (const { id, notebook } of exercises) {
    const [done, all] = notebooks[notebook] ?? [0, 0];
    notebooks[notebook] = [done + Number(isDone(id)), all + 1];
  }
  const works = exercises.flatMap(({ id }) =>
    Object.hasOwn(sheet.exercises, id) ? [{ id, ...sheet.exercises[id] }] : [],
  );
  const done = works.filter(({ state }) => state === "done");
  return {
    student: cut(sheet.student ?? fallback),
    notebooks,
    done: exercises.filter(({ id }) => isDone(id)).length,
    withHint: done.filter(({ hint, solution }) => hint && !solution).length,
    withSolution: done.filter(({ solution }) => solution).length,
    open: works.filter(({ state, tries }) => state === "tried" && tries > 0).map(({ id }) => id),
  };
}

/** The rows as a table's cells under its header, by student. */
export function tableOf(rows: readonly Row[]): string[][] {
  const digits = [...new Set(exercises.map(({ notebook }) => notebook))];
  const header = ["student", ...digits, "done", "with a hint", "with the solution", "tried, not right yet"];
  const cells = [...rows]
    .sort((a, b) => a.student.localeCompare(b.student))
    .map((row) => [
      row.student,
      ...digits.map((one) => row.notebooks[one].join("/")),
      `${row.done}/${exercises.length}`,
      String(row.withHint),
      String(row.withSolution),
      row.open.join(" ") || "-",
    ]);
  return [header, ...cells];
}

/** The table as lines of text, or of a spreadsheet's CSV; sheets that cannot be read are told of behind it. */
export function classTable(
  places: readonly string[],
  { csv = false } = {},
): { lines: string[]; complaints: string[] } {
  const complaints: string[] = [];
  const rows = findSheets(places).flatMap(({ file, student }) => {
    try {
      return [rowOf(readSheet(file), student)];
    } catch (error) {
      complaints.push((error as Error).message);
      return [];
    }
  });
  const table = tableOf(rows);
  if (csv) return { lines: table.map((row) => row.map(csvCell).join(",")), complaints };
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return {
    lines: table.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    ),
    complaints,
  };
}

/** A cell that no spreadsheet takes for a date or a formula. */
function csvCell(cell: string): string {
  const text = /^\d+\/\d+$/.test(cell) ? cell.replace("/", " of ") : cell.replace(/^(?=[=+\-@\t])/, "'");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
