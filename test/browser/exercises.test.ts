/** An exercise of notebook 01 as a student meets it, in JupyterLab: wrong, a hint, the solution, right, and kept. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { courseNotebooks, readNotebook } from "../../scripts/notebooks/notebook-file";
import { choose, type Course, nextKernel, openCourse, type Page } from "./course";
import { cellOf } from "./live";
import { bring, save } from "./notebook-page";

let course: Course;
let page: Page;
const [shipped] = courseNotebooks(["01"]);
const codeCells = readNotebook(shipped).cells.filter(({ cell_type: type }) => type === "code");
const placeOf = (id: string): number => codeCells.findIndex((cell) => cell.id === id);

before(async () => {
  course = await openCourse();
  page = await course.openFile(shipped);
  page.setDefaultTimeout(20_000);
  await choose(page, "Edit", "Clear Outputs of All Cells"); // and the numbers that the cells ship with
});
after(() => course.close());

/** Writes a text into a code cell, in place of its own. */
async function write(place: number, code: string): Promise<void> {
  await bring(cellOf(page, place));
  await cellOf(page, place).locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(code);
}

/** Runs a code cell, and waits until what it shows has a text; returns all of it. */
async function run(place: number, expected: string): Promise<string> {
  const cell = cellOf(page, place);
  await bring(cell);
  await cell.locator(".jp-InputPrompt").click();
  await page.keyboard.press("Control+Enter");
  const output = cell.locator(".jp-OutputArea").filter({ hasText: expected }).first();
  await output.waitFor();
  return output.innerText();
}

/** Runs a code cell that shows nothing. */
async function runQuietly(place: number): Promise<void> {
  const prompt = cellOf(page, place).locator(".jp-InputPrompt");
  await bring(prompt);
  await prompt.click();
  const before = await prompt.innerText();
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(
    ([element, text]) => /\[\d+\]/.test(element.textContent) && element.textContent !== text,
    [await prompt.elementHandle(), before] as const,
  );
}

const solution = (sum: string): string =>
  `function myGuide(epsU: number[], epsC: number[], w: number): number[] {\n  return epsU.map((u, i) => ${sum});\n}`;
const [gap, check, spare] = [placeOf("guidance-gap"), placeOf("guidance-check"), placeOf("64bb01a7")];

test("a usual mistake is recognised, and told with what was seen; a second hint, then a solution follow", async () => {
  await run(placeOf("8bf0e3f9"), "");
  await runQuietly(placeOf("3684eec4"));
  await write(gap, solution("epsC[i] + w * (u - epsC[i])"));
  await runQuietly(gap);
  const told = await run(check, "Not yet right");
  assert.match(told, /At w = 0 .*your result is \[0\.8, 0\.6, -0\.1\]; it should be \[0\.2, 1, -0\.5\]\./s);
  assert.match(told, /Where to look: The two predictions have changed places/);
  await write(spare, 'cfg.hint("guidance")');
  assert.match(await run(spare, "Another hint"), /Start at epsU\./);
  assert.match(await run(spare, "A solution"), /epsU\.map/);
});

test("the right answer is found right, and is on the sheet: also after a reload and a restart of the kernel", async () => {
  await write(gap, solution("u + w * (epsC[i] - u)"));
  await runQuietly(gap);
  assert.match(await run(check, "Right: the guided prediction"), /1 of \d+ exercises done/);
  await write(spare, 'import * as cfg from "cfg-lib";\ncfg.progressSheet()');
  const sheet = await run(spare, "exercises done");

  // A page that is loaded again before the server has the whole file loses what was written.
  await save(page, path.join(course.work, course.placeOf(shipped)));
  const connected = nextKernel(page);
  await page.reload();
  await cellOf(page, spare).waitFor();
  await connected;
  await bring(cellOf(page, gap));
  await cellOf(page, gap).filter({ hasText: "u + w * (epsC[i] - u)" }).waitFor();
  await choose(page, "Kernel", "Restart Kernel…");
  await page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
  await choose(page, "Edit", "Clear Outputs of All Cells");
  assert.equal(await run(spare, "exercises done"), sheet);
});
