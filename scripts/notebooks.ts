/**
 * Formats the course's notebooks, executes them from top to bottom, each on a fresh kernel, draws a PNG beside every
 * figure and writes them back: `npm run notebooks [-- 00 04]`. The first cell that fails ends it, and the outputs of
 * that notebook stay as they were. `--format` only formats the code cells, `--check` only looks at them.
 */
import * as path from "node:path";
import { complaintsAbout, formatCells, MOST_CHARACTERS, MOST_LINES } from "./notebooks/cells";
import { askedNotebooks, readNotebook, writeNotebook } from "./notebooks/notebook-file";
import { readArguments, runCommand } from "./options";

const USAGE = `npm run notebooks [-- 00 04 ...], the first digits of the notebooks' names, or paths; all of the course's without any

--format    formats the code cells and executes nothing
--check     tells which code cells are not formatted, or have more than ${MOST_LINES} lines or ${MOST_CHARACTERS} characters in a line`;
const { values, positionals } = readArguments({
  help: { type: "boolean", default: false },
  format: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
});

async function main(): Promise<void> {
  if (values.format && values.check)
    throw new Error("--format and --check were both given; give one of them.");
  const files = askedNotebooks(positionals);
  if (values.check) return check(files);
  await formatAll(files);
  if (values.format) return;
  // The browser and the library take longer to load than formatting takes.
  const { executeNotebooks } = await import("./notebooks/execute-all");
  await executeNotebooks(files);
}

async function check(files: readonly string[]): Promise<void> {
  const complaints: string[] = [];
  for (const file of files) {
    const ofNotebook = await complaintsAbout(readNotebook(file));
    complaints.push(...ofNotebook.map((complaint) => `${path.basename(file)}, ${complaint}`));
  }
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}

async function formatAll(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const name = path.basename(file);
    const notebook = readNotebook(file);
    const changed = await formatCells(notebook).catch((error: unknown) => {
      throw new Error(`${name}, ${(error as Error).message}`);
    });
    if (changed === 0) continue;
    writeNotebook(file, notebook);
    console.log(`${name}: ${changed === 1 ? "1 cell" : `${changed} cells`} formatted`);
  }
}

void runCommand(main, values.help ? USAGE : undefined);
