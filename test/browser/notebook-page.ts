/** A notebook that is open in JupyterLab: running, saving, looking at it. */
import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Locator, Page } from "playwright-core";
import { type Notebook, readNotebook } from "../../scripts/notebooks/notebook-file";
import { choose } from "./course";

/** An entry of the menu that is open. */
export const menuEntry = (page: Page, entry: string): Locator =>
  page.locator(".lm-Menu-itemLabel").filter({ hasText: new RegExp(`^${entry}…?$`) });

/** Runs all cells and waits until they have run. */
export async function runAll(page: Page): Promise<void> {
  await choose(page, "Run", "Run All Cells");
  await untilRun(page);
}

/** Waits until every cell has run, of the notebook that is seen or of one that another lies over. */
export async function untilRun(page: Page, { hidden = false }: { hidden?: boolean } = {}): Promise<void> {
  await page.waitForTimeout(500);
  await page.waitForFunction(
    (panel) => {
      const prompts = Array.from(document.querySelectorAll(`${panel} .jp-CodeCell .jp-InputPrompt`));
      return prompts.every((prompt) => /\[\d+\]/.test(prompt.textContent));
    },
    hidden ? ".jp-NotebookPanel.lm-mod-hidden" : ".jp-NotebookPanel:not(.lm-mod-hidden)",
    { timeout: 60_000 },
  );
}

/** Saves the notebook, and returns what is in its file then. */
export async function save(page: Page, file: string): Promise<Notebook> {
  const before = readFileSync(file, "utf8");
  await choose(page, "File", "Save Notebook");
  return savedAfter(file, before);
}

/** Waits until a notebook's file is another than before, and returns what is in it. The server writes it piece by piece. */
export async function savedAfter(file: string, before: string): Promise<Notebook> {
  await becomes(() => readFileSync(file, "utf8") !== before && isWhole(file), true);
  return readNotebook(file);
}

function isWhole(file: string): boolean {
  try {
    readNotebook(file);
    return true;
  } catch {
    return false;
  }
}

/** Waits until what is read, of a page or a file, is as expected, at most ten seconds; fails with what was read last. */
export async function becomes<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  let value = await read();
  for (let tries = 0; tries < 100 && !isDeepStrictEqual(value, expected); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    value = await read();
  }
  deepEqual(value, expected);
}

/** Brings an element into view, and waits until it rests there: JupyterLab lays out what is near only now. */
export async function bring(place: Locator): Promise<void> {
  let [last, rests] = ["", 0];
  for (let tries = 0; rests < 2 && tries < 20; tries++) {
    const now = await place.evaluate((element) => {
      element.scrollIntoView({ block: "center" });
      return JSON.stringify(element.getBoundingClientRect());
    });
    rests = now === last ? rests + 1 : 0;
    last = now;
    await place.page().waitForTimeout(100);
  }
}
