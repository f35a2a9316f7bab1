/** A notebook that was run, exported as HTML by JupyterLab and by `jupyter nbconvert`, read without a network. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, describe, it, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { execute, JUPYTER_ENV } from "../../scripts/notebooks/execute";
import { courseNotebooks, PLOTLY, PNG, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { choose, type Course, openCourse } from "./course";
import { menuEntry, runAll, save } from "./notebook-page";

const FORMULAS = String.raw`# A formula

Here $\epsilon_\theta(x_t, \varnothing)$ stands in a line, and $$\epsilon = \epsilon_U + w\,(\epsilon_C - \epsilon_U)$$ by itself; 3 < 4.`;
const FIGURES = `import * as cfg from "cfg-lib";
cfg.show(cfg.scheduleChart(cfg.linearSchedule(), { title: "Beta </script> & alphaBar" }));
cfg.show(cfg.digitGrid(cfg.normal(10 * 1024, 1), { columns: 10 }));
cfg.show(cfg.guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [0, 1, 2] }));`;
const COUNT = 3;

let course: Course;
let fixture: string;
before(async () => {
  course = await openCourse();
  fixture = course.write(FIGURES);
  const notebook = readNotebook(fixture);
  const text = { cell_type: "markdown" as const, id: "text", metadata: {}, source: FORMULAS };
  notebook.cells.unshift(text);
  writeFileSync(fixture, JSON.stringify(notebook));
});
after(() => course.close());

/** Where the fixture's folder takes other files. */
const beside = (name: string): string => path.join(path.dirname(fixture), name);

/** Opens an exported page; every request that leaves the machine fails, and is remembered. */
async function read(file: string): Promise<{ page: Page; requests: string[]; errors: string[] }> {
  const page = await course.browser.newPage({ viewport: { width: 1000, height: 800 } });
  const requests: string[] = [];
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.route(/^(?!file:|data:|blob:)/, (route) => {
    requests.push(route.request().url());
    return route.abort();
  });
  await page.goto(pathToFileURL(file).href);
  return { page, requests, errors };
}

/** Asserts that formulas and figures are really there. */
async function assertWhole(file: string): Promise<void> {
  const { page, requests, errors } = await read(file);
  const text = page.locator(".jp-RenderedMarkdown").first();
  await text.locator(".katex").nth(1).waitFor();
  assert.equal(await text.locator(".katex-display").count(), 1);
  assert.doesNotMatch(await text.innerText(), /\$|\\epsilon/);
  const wide = await text
    .locator(".katex")
    .first()
    .evaluate((formula) => document.fonts.check("16px KaTeX_Math") && formula.getBoundingClientRect().width);
  assert.ok(Number(wide) > 40, "KaTeX's fonts are in the page");
  const figures = page.locator(".cfg-figure");
  assert.equal(await figures.count(), COUNT);
  for (let i = 0; i < COUNT; i++) {
    await figures.nth(i).scrollIntoViewIfNeeded();
    await figures.nth(i).locator(".main-svg").first().waitFor();
    assert.equal(await figures.nth(i).locator("img").isVisible(), false, "not twice");
  }
  assert.match((await figures.nth(0).locator(".gtitle").textContent()) ?? "", /Beta .* alphaBar/);
  await page.setViewportSize({ width: 600, height: 800 });
  await page.waitForTimeout(300);
  const widths = await page
    .locator("body, .cfg-figure .main-svg")
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().right));
  assert.ok(Math.max(...widths) <= 600, `a figure fits the page: ${widths.join(", ")}`);
  await page.emulateMedia({ media: "print" });
  for (let i = 0; i < COUNT; i++) {
    const width = await figures
      .nth(i)
      .locator("img")
      .evaluate((image) => (image as HTMLImageElement).naturalWidth);
    assert.ok(width > 500 && (await figures.nth(i).locator("img").isVisible()), "a picture is printed");
    assert.equal(await figures.nth(i).locator(".main-svg").first().isVisible(), false);
  }
  assert.deepEqual(errors, []);
  assert.deepEqual(requests, []);
  await page.close();
}

test("a live run, saved in JupyterLab and exported there as HTML, shows figures and formulas without a network", async () => {
  const page = await course.openFile(fixture);
  await runAll(page);
  await page.waitForTimeout(1500);
  const { cells } = await save(page, fixture);
  assert.equal(cells[1].outputs!.filter(({ data }) => PNG in data!).length, COUNT);
  await choose(page, "File");
  await menuEntry(page, "Save and Export Notebook As").hover();
  await menuEntry(page, "HTML").click();
  const download = page.waitForEvent("download");
  await page.locator(".jp-Dialog .jp-mod-accept").click();
  const html = beside("from-jupyterlab.html");
  await (await download).saveAs(html);
  await assertWhole(html);
});

test("a notebook that was executed without a browser, so without pictures, does so too, by jupyter nbconvert", async () => {
  const executed = beside("executed.ipynb");
  const result = await execute(fixture, executed);
  assert.ok("seconds" in result, JSON.stringify(result));
  const figures = readNotebook(executed).cells[1].outputs!;
  assert.ok(figures.every(({ data }) => PLOTLY in data! && !(PNG in data)));
  execFileSync(path.join(JUPYTER_ENV, "bin", "jupyter"), ["nbconvert", "--to", "html", executed], {
    stdio: "pipe",
  });
  await assertWhole(beside("executed.html"));
});

test("an exported page holds plotly.js and KaTeX only where it needs them", async () => {
  const plain = beside("plain.ipynb");
  const notebook = readNotebook(fixture);
  writeFileSync(
    plain,
    JSON.stringify({ ...notebook, cells: [{ ...notebook.cells[0], source: "No formula here." }] }),
  );
  const answer = await course.fetch(`/nbconvert/html/${path.dirname(course.placeOf(fixture))}/plain.ipynb`);
  const html = await answer.text();
  assert.ok(html.includes("No formula here."));
  assert.ok(html.length < 500_000, `${html.length} letters`);
});

describe("the exports that JupyterLab offers", () => {
  it("are those that work without anything else, and do not ask a network", async () => {
    const formats = Object.keys((await (await course.fetch("/api/nbconvert")).json()) as object);
    assert.deepEqual(formats, ["html", "markdown", "notebook", "script"]);
    for (const format of formats) {
      const answer = await course.fetch(`/nbconvert/${format}/${course.placeOf(fixture)}`);
      assert.equal(answer.status, 200, format);
      assert.ok((await answer.arrayBuffer()).byteLength > 100, format);
    }
  });

  it("are in its menu, and no others", async () => {
    const page = await course.openFile(fixture);
    await choose(page, "File");
    await menuEntry(page, "Save and Export Notebook As").hover();
    const entries = page.locator(".lm-Menu").last().locator(".lm-Menu-itemLabel");
    await entries.filter({ hasText: "HTML" }).waitFor();
    assert.deepEqual(await entries.allTextContents(), ["HTML", "Markdown", "Executable Script"]);
  });
});

for (const file of courseNotebooks()) {
  test(`every formula of ${path.basename(file)} is one that the exported page can set`, async () => {
    const html = file.replace(/.*\/(.*)\.ipynb$/, (_, name: string) => beside(`${name}.html`));
    const answer = await course.fetch(`/nbconvert/html/notebooks/${path.basename(file)}`);
    writeFileSync(html, Buffer.from(await answer.arrayBuffer()));
    const { page, requests, errors } = await read(html);
    await page.waitForFunction(() => document.readyState === "complete");
    assert.deepEqual(await page.locator(".katex-error").allTextContents(), []);
    const texts = readNotebook(file).cells.filter((cell) => cell.cell_type === "markdown");
    const hasFormulas = texts.some(({ source }) => textOf(source).includes("$"));
    assert.equal((await page.locator(".katex").count()) > 0, hasFormulas);
    const rendered = await page.locator(".jp-RenderedMarkdown").allInnerTexts();
    assert.doesNotMatch(rendered.join("\n"), /\$[^\s$][^$]*\$/);
    assert.deepEqual([errors, requests], [[], []]);
    await page.close();
  });
}
