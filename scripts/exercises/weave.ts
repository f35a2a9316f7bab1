/**
 * The exercises' cells and the course's notebooks. A task, its gap with the solution and its check are written once, in
 * `lib/exercises/`, as nbgrader's source notebooks are; the course's notebooks hold the student's version of these cells.
 */
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { solvedCode, studentCode } from "cfg-lib/dist/exercises/solution-marks";
import { type Cell, FOLDER, type Notebook, readNotebook, ROOT, textOf } from "../notebooks/notebook-file";

/** Where the exercises' notebooks are; each has the name of the course's notebook that it belongs to. */
export const SOURCES: string = path.join(ROOT, "lib", "exercises");

/** For whom a notebook is made: with gaps, with solutions, or with both as nbgrader reads it. */
export type Version = "student" | "teacher" | "nbgrader";

/** A cell's own word about where it belongs. */
interface Place {
  /** The cell of the course's notebook behind which it stands; behind the one before it where it names none. */
  after?: string;
  /** Where it stands, if not in both: in the course's notebook or in the sheet of exercises alone. */
  only?: "course" | "sheet";
}

/** The names of the exercises' notebooks. */
export function sourceNames(): string[] {
  return readdirSync(SOURCES)
    .filter((name) => /^\d\d_.*\.ipynb$/.test(name))
    .sort();
}

/** An exercises' notebook. */
export const readSource = (name: string): Notebook => readNotebook(path.join(SOURCES, name));

/** A notebook of the course. */
export const readCourse = (name: string): Notebook => readNotebook(path.join(FOLDER, name));

/** The notebook's exercises in a version, in its own order; what a cell of the course shows already stays. */
export function weave(course: Notebook, source: Notebook, version: Version): Notebook {
  const cells = [...course.cells];
  let before: string | undefined;
  for (const cell of source.cells) {
    const { after, only } = placeOf(cell);
    if (only === "sheet") continue;
    const place = cells.findIndex(({ id }) => id === cell.id);
    if (place >= 0) cells[place] = { ...cells[place], ...versionOf(cell, version) };
    else
      cells.splice(placeBehind(cells, after ?? before), 0, { ...emptied(cell), ...versionOf(cell, version) });
    before = cell.id;
  }
  return { ...course, cells };
}

/** The exercises alone, as a short notebook of their own. */
export function sheetOf(source: Notebook, version: Version): Notebook {
  const cells = source.cells
    .filter((cell) => placeOf(cell).only !== "course")
    .map((cell) => ({ ...emptied(cell), ...versionOf(cell, version) }));
  return { ...source, cells };
}

const placeOf = ({ metadata }: Cell): Place => metadata.exercise ?? {};

function placeBehind(cells: readonly Cell[], id: string | undefined): number {
  const place = cells.findIndex((cell) => cell.id === id);
  if (place < 0)
    throw new Error(
      `The notebook has no cell ${id ?? "to begin behind"}, behind which an exercise is to stand.`,
    );
  return place + 1;
}

const emptied = (cell: Cell): Cell =>
  cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : { ...cell };

/** Text and metadata of a cell in a version. */
function versionOf(cell: Cell, version: Version): Pick<Cell, "metadata" | "source"> {
  const { exercise: _, ...metadata } = cell.metadata;
  const code = textOf(cell.source);
  const forWhom = { student: studentCode, teacher: solvedCode, nbgrader: (whole: string) => whole };
  const text = cell.cell_type === "code" ? forWhom[version](code) : code;
  return { metadata, source: text.split(/(?<=\n)/) };
}

/** A line for each exercise's cell that the course's notebook does not hold as it is written in the source. */
export function differences(name: string): string[] {
  const course = readCourse(name);
  const woven = weave(course, readSource(name), "student");
  return woven.cells.flatMap((cell) => {
    const own = course.cells.find(({ id }) => id === cell.id);
    if (!own) return [`${name}: the cell ${cell.id} is missing`];
    const isSame =
      textOf(own.source) === textOf(cell.source) &&
      JSON.stringify(own.metadata) === JSON.stringify(cell.metadata);
    return isSame ? [] : [`${name}: the cell ${cell.id} is not as in lib/exercises`];
  });
}
