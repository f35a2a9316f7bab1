/**
 * Executes the course's notebooks from top to bottom, each on a fresh kernel, draws a PNG beside every figure and writes
 * them back: `npm run notebooks [-- 00 04]`. The first cell that fails ends it, and that notebook stays as it was. The
 * first picture of notebook 06 is the README's, too.
 */
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeFileAtomic } from "cfg-lib";
import { openBrowser } from "./notebooks/browser";
import { clean } from "./notebooks/clean";
import { execute } from "./notebooks/execute";
import { courseNotebooks, FOLDER, type Notebook, PNG, readNotebook } from "./notebooks/notebook-file";
import { addPictures, plotlyPage } from "./notebooks/pictures";
import { readArguments, runCommand } from "./options";

const USAGE =
  "npm run notebooks [-- 00 04 ...], the first digits of the notebooks' names; all of them without any";
const { values, positionals: prefixes } = readArguments({ help: { type: "boolean", default: false } });

function firstPicture({ cells }: Notebook): Uint8Array {
  const pictures = cells.flatMap(({ outputs = [] }) => outputs.map(({ data }) => data?.[PNG]));
  return Buffer.from(pictures.find((picture) => picture !== undefined) as string, "base64");
}

async function main(): Promise<void> {
  const notebooks = courseNotebooks(prefixes);
  const folder = mkdtempSync(path.join(os.tmpdir(), "notebooks-"));
  const browser = await openBrowser();
  try {
    const page = await plotlyPage(browser);
    for (const file of notebooks) {
      const name = path.basename(file);
      const executed = path.join(folder, name);
      const onCell = (cell: number, of: number): void => {
        if (process.stdout.isTTY) process.stdout.write(`\r${name}: cell ${cell + 1} of ${of} `);
      };
      const result = await execute(file, executed, { onCell });
      if (process.stdout.isTTY) process.stdout.write("\r");
      if ("failedCell" in result)
        throw new Error(`${name}, cell ${result.failedCell + 1}: ${result.message}`);
      const notebook = readNotebook(executed);
      clean(notebook);
      const pictures = await addPictures(page, notebook);
      writeFileAtomic(file, new TextEncoder().encode(`${JSON.stringify(notebook, null, 1)}\n`));
      if (name.startsWith("06")) writeFileAtomic(path.join(FOLDER, "sweep.png"), firstPicture(notebook));
      console.log(`${name}: ${result.seconds.toFixed(0)} s, ${pictures} figures`);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void runCommand(main, values.help ? USAGE : undefined);
