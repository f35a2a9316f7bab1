/** How a code cell looks: as Prettier formats it, and small enough to be taken in at a glance. */
import { format } from "prettier";
import { type Notebook, textOf } from "./notebook-file";

/** JupyterLab shows about so many characters of a line beside its list of files. */
export const MOST_CHARACTERS = 100;
/** So many lines fit a laptop's screen, with something of what they draw. */
export const MOST_LINES = 30;

interface CodeCell {
  /** Its place among the cells of every kind, from 1. */
  number: number;
  source: string;
}

/**
 * Formats the code cells in place, and changes nothing else of the notebook; returns how many it changed.
 * @throws Error that names the cell whose code cannot be read
 */
export async function formatCells(notebook: Notebook): Promise<number> {
  let changed = 0;
  for (const { number, source } of codeCells(notebook)) {
    const result = await formatCell(source);
    if ("syntaxError" in result) throw new Error(`cell ${number}: ${result.syntaxError}`);
    if (result.formatted === source) continue;
    notebook.cells[number - 1].source = result.formatted.split(/(?<=\n)/);
    changed++;
  }
  return changed;
}

/** What is wrong with the look of a notebook's code cells, a line for each fault; nothing where all is well. */
export async function complaintsAbout(notebook: Notebook): Promise<string[]> {
  const complaints: string[] = [];
  for (const { number, source } of codeCells(notebook)) {
    const faults = [...(await formatFaults(source)), ...sizeFaults(source)];
    complaints.push(...faults.map((fault) => `cell ${number}: ${fault}`));
  }
  return complaints;
}

function codeCells({ cells }: Notebook): CodeCell[] {
  return cells.flatMap(({ cell_type, source }, i) =>
    cell_type === "code" ? [{ number: i + 1, source: textOf(source) }] : [],
  );
}

async function formatCell(source: string): Promise<{ formatted: string } | { syntaxError: string }> {
  try {
    const formatted = await format(source, { parser: "typescript", printWidth: MOST_CHARACTERS });
    return { formatted: formatted.trimEnd() };
  } catch (error) {
    // The lines after the first show the code.
    return { syntaxError: (error as Error).message.split("\n")[0] };
  }
}

async function formatFaults(source: string): Promise<string[]> {
  const result = await formatCell(source);
  if ("syntaxError" in result) return [result.syntaxError];
  if (result.formatted === source) return [];
  const wanted = result.formatted.split("\n");
  const line = source.split("\n").findIndex((text, i) => text !== wanted[i]) + 1;
  return [`line ${line} is not as Prettier formats it; npm run notebooks -- --format mends it.`];
}

function sizeFaults(source: string): string[] {
  const lines = source.split("\n");
  const wide = lines.flatMap(({ length }, i) =>
    length > MOST_CHARACTERS
      ? [`line ${i + 1} has ${length} characters; at most ${MOST_CHARACTERS} are allowed.`]
      : [],
  );
  const long = lines.length > MOST_LINES ? [`${lines.length} lines; at most ${MOST_LINES} are allowed.`] : [];
  return [...long, ...wide];
}
