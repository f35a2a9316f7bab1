/** Notebooks as files: the parts of the format (nbformat 4) that are used here. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
// Not from "cfg-lib" as a whole, which takes longer to load than a check of all notebooks.
import { isObject } from "cfg-lib/dist/fields";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { excerpt, printable } from "cfg-lib/dist/validate";

/** The project's folder. */
export const ROOT: string = path.resolve(__dirname, "..", "..");
export const FOLDER: string = path.join(ROOT, "notebooks");
/** MIME types of a figure and of the picture beside it. */
export const PLOTLY = "application/vnd.plotly.v1+json";
export const PNG = "image/png";

export interface Output {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

export interface Cell {
  cell_type: "markdown" | "code" | "raw";
  source: string | string[];
  outputs?: Output[];
  execution_count?: number | null;
  metadata: Record<string, unknown>;
  id?: string;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** Text that nbformat stores as one string or as lines. */
export function textOf(text: string | string[] | undefined): string {
  return typeof text === "string" ? text : (text ?? []).join("");
}

/**
 * Reads a notebook.
 * @throws Error that names the file and says what is wrong with it
 */
export function readNotebook(file: string): Notebook {
  const problem = (what: string): Error => new Error(`${file} is no notebook: ${printable(what)}.`);
  let notebook: unknown;
  try {
    notebook = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw problem((error as Error).message);
  }
  if (!isObject(notebook)) throw problem(`it holds ${excerpt(notebook)}, and no object`);
  if (!isObject(notebook.metadata)) throw problem("it has no object of metadata");
  if (!Array.isArray(notebook.cells)) throw problem("it has no list of cells");
  for (const [i, cell] of notebook.cells.entries()) {
    const fault = cellProblem(cell);
    if (fault !== undefined) throw problem(`cell ${i + 1} ${fault}`);
  }
  return notebook as unknown as Notebook;
}

const isText = (value: unknown): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));
const isAbsentOr = (isAllowed: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || isAllowed(value);

/** What is wrong with a cell, in words that follow its number; undefined where all is well. */
function cellProblem(cell: unknown): string | undefined {
  if (!isObject(cell)) return `is ${excerpt(cell)}`;
  const { cell_type: type, source, metadata, outputs, execution_count: count, id } = cell;
  if (type !== "markdown" && type !== "code" && type !== "raw") return `has the type ${excerpt(type)}`;
  if (!isText(source)) return `has the source ${excerpt(source)}`;
  if (!isObject(metadata)) return `has the metadata ${excerpt(metadata)}`;
  if (!isAbsentOr((it) => Array.isArray(it) && it.every(isOutput), outputs))
    return `has the outputs ${excerpt(outputs)}`;
  if (!isAbsentOr((it) => it === null || Number.isInteger(it), count))
    return `has the count ${excerpt(count)}`;
  return isAbsentOr((it) => typeof it === "string", id) ? undefined : `has the id ${excerpt(id)}`;
}

function isOutput(output: unknown): boolean {
  if (!isObject(output)) return false;
  const { output_type: type, text, data, name, metadata } = output;
  return (
    ["stream", "display_data", "execute_result", "error"].includes(type as string) &&
    isAbsentOr(isText, text) &&
    isAbsentOr((it) => typeof it === "string", name) &&
    isAbsentOr(isObject, data) &&
    isAbsentOr(isObject, metadata)
  );
}

/** Writes a notebook as Jupyter does, so that what was not changed stays as it was, byte for byte. */
export function writeNotebook(file: string, notebook: Notebook): void {
  writeFileAtomic(file, new TextEncoder().encode(`${JSON.stringify(notebook, null, 1)}\n`));
}

/** The course's notebooks whose names start with one of `prefixes`; all without any. */
export function courseNotebooks(prefixes: readonly string[] = []): string[] {
  const names = readdirSync(FOLDER).filter((name) => /^\d\d_.*\.ipynb$/.test(name));
  for (const prefix of prefixes) {
    if (prefix === "" || !names.some((name) => name.startsWith(prefix))) {
      throw new Error(
        `No notebook's name starts with ${prefix || "an empty word"}; there are ${names.sort().join(", ")}.`,
      );
    }
  }
  const isAsked = (name: string): boolean =>
    prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  return names
    .filter(isAsked)
    .sort()
    .map((name) => path.join(FOLDER, name));
}

/** The notebooks with these paths, and those of the course that the other words ask for; the whole course without any. */
export function askedNotebooks(words: readonly string[]): string[] {
  const paths = words.filter((word) => word.endsWith(".ipynb"));
  const prefixes = words.filter((word) => !word.endsWith(".ipynb"));
  return paths.length > 0 && prefixes.length === 0 ? paths : [...paths, ...courseNotebooks(prefixes)];
}
