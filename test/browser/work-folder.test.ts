/** The work folder in JupyterLab: all that a notebook leads to is there, and what ships stays as it is. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { courseNotebooks, FOLDER, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { type Course, openCourse } from "./course";
import { bring, runAll, save } from "./notebook-page";

let course: Course;
before(async () => {
  course = await openCourse();
});
after(() => course.close());

test("the address that the start prints opens the first notebook's copy, and the start says where it is", () => {
  assert.ok(course.printed().includes(`\n  ${course.work}\n`));
  assert.match(course.printed(), /\/lab\/tree\/notebooks\/00_start_here\.ipynb\?token=/);
});

test("a change of a notebook is saved in the copy; what ships stays as it is", async () => {
  const [shipped] = courseNotebooks(["01"]);
  const original = readFileSync(shipped);
  const page = await course.openFile(shipped);
  const cell = page.locator(".jp-Notebook .jp-CodeCell").first();
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type('import { linearSchedule } from "cfg-lib"; linearSchedule().timesteps');
  await page.keyboard.press("Shift+Enter");
  await page.locator(".jp-OutputArea-output", { hasText: "300" }).first().waitFor();
  const saved = await save(page, path.join(course.work, "notebooks", path.basename(shipped)));
  assert.ok(saved.cells.some(({ source }) => textOf(source).includes("linearSchedule().timesteps")));
  assert.ok(readFileSync(shipped).equals(original));
  await page.close();
});

test("a cell reads what ships in ../lib, and writes to ../checkpoints", async () => {
  const file = course.write(
    `import { existsSync, mkdirSync, writeFileSync } from "node:fs";
mkdirSync("../../checkpoints", { recursive: true });
writeFileSync("../../checkpoints/mine.txt", "mine");
existsSync("../../lib/weights/seed.safetensors");`,
  );
  const page = await course.openFile(file);
  await runAll(page);
  assert.equal(textOf(readOutput(await save(page, file))), "true");
  assert.ok(existsSync(path.join(course.work, "checkpoints", "mine.txt")));
  await page.close();
});

const readOutput = ({ cells }: ReturnType<typeof readNotebook>): string =>
  String(cells[0].outputs![0].data!["text/plain"]);

test("every link and picture of the notebooks, and of the pages that they lead to, is in the work folder", () => {
  const notebooks = readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));
  const texts = new Map<string, string>(
    notebooks.map((name) => [
      `notebooks/${name}`,
      readNotebook(path.join(course.work, "notebooks", name))
        .cells.filter(({ cell_type }) => cell_type === "markdown")
        .map(({ source }) => textOf(source))
        .join("\n"),
    ]),
  );
  for (const page of ["README.md", "TEACHING.md"])
    texts.set(page, readFileSync(path.join(course.work, page), "utf8"));
  let count = 0;
  for (const [from, text] of texts)
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^\w+:/.test(target)) continue;
      count++;
      assert.ok(existsSync(path.join(course.work, path.dirname(from), target)), `${from} leads to ${target}`);
    }
  assert.ok(count > 30, `only ${count} links`);
});

test("the README shows its picture in JupyterLab, and a notebook's last line opens the next one", async () => {
  const page = await course.open("/lab/tree/README.md");
  const picture = page.locator(".jp-MarkdownViewer img").first();
  await picture.waitFor();
  await page.waitForFunction(() => {
    const image = document.querySelector<HTMLImageElement>(".jp-MarkdownViewer img");
    return image !== null && image.naturalWidth > 100;
  });
  await page.close();
  const notebook = await course.openFile(courseNotebooks(["00"])[0], { width: 1200, height: 700 });
  const link = notebook.locator(".jp-MarkdownCell a").filter({ hasText: "01 · The idea of guidance" });
  await bring(link);
  await link.click();
  await notebook
    .locator(".jp-NotebookPanel:not(.lm-mod-hidden) h1", { hasText: "The idea of guidance" })
    .waitFor();
  assert.match(notebook.url(), /notebooks\/01_idea_of_guidance\.ipynb/);
  await notebook.close();
});

test("nothing asked for anything outside of the course's own server", () => {
  assert.deepEqual(course.requests, []);
});
