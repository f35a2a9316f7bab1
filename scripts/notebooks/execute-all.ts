/** Executes notebooks, draws their figures and writes them back. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { openBrowser } from "./browser";
import { clean } from "./clean";
import { execute } from "./execute";
import { FOLDER, type Notebook, PNG, readNotebook, writeNotebook } from "./notebook-file";
import { addPictures, plotlyPage } from "./pictures";

/**
 * Executes notebooks one after the other. The first picture of notebook 06 becomes the README's, too.
 * @throws Error that names the first cell that fails; its notebook stays as it was
 */
export async function executeNotebooks(files: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "notebooks-"));
  const browser = await openBrowser();
  try {
    const page = await plotlyPage(browser);
    for (const file of files) {
      const name = path.basename(file);
      const { notebook, seconds } = await executed(file, path.join(folder, name));
      clean(notebook);
      const pictures = await addPictures(page, notebook);
      writeNotebook(file, notebook);
      if (name.startsWith("06")) writeFileAtomic(path.join(FOLDER, "sweep.png"), firstPicture(notebook));
      console.log(`${name}: ${seconds.toFixed(0)} s, ${pictures} figures`);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function executed(file: string, output: string): Promise<{ notebook: Notebook; seconds: number }> {
  const name = path.basename(file);
  const onCell = (cell: number, of: number): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${name}: cell ${cell + 1} of ${of} `);
  };
  // In a folder of its own: what an earlier run left beside the notebook (a model, a board) is not there.
  const folder = mkdtempSync(path.join(FOLDER, "test-"));
  const copy = path.join(folder, name);
  copyFileSync(file, copy);
  const result = await execute(copy, output, { onCell }).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  if (process.stdout.isTTY) process.stdout.write("\r");
  if ("failedCell" in result) throw new Error(`${name}, cell ${result.failedCell + 1}: ${result.message}`);
  return { notebook: readNotebook(output), seconds: result.seconds };
}

function firstPicture({ cells }: Notebook): Uint8Array {
  const pictures = cells.flatMap(({ outputs = [] }) => outputs.map(({ data }) => data?.[PNG]));
  return Buffer.from(pictures.find((picture) => picture !== undefined) as string, "base64");
}
