/** A live JupyterLab, as `npm start` opens it: figures of a running notebook are really drawn. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, describe, it, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { courseNotebooks, type Notebook, PLOTLY, PNG } from "../../scripts/notebooks/notebook-file";
import { choose, type Course, openCourse } from "./course";
import { becomes, bring, runAll, save, savedAfter, untilRun } from "./notebook-page";

/** Curves, a picture of digits, a figure with a slider, a table, and a figure of Plotly's own. */
const FIGURES = `import * as cfg from "cfg-lib";
cfg.show(cfg.scheduleChart(cfg.linearSchedule()));
cfg.show(cfg.digitGrid(cfg.normal(10 * 1024, 1), { columns: 10 }));
cfg.show(cfg.guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [0, 1, 2] }));
cfg.table(["rule", "distance"], [["plain", "5.0 (3.5 to 6.5)"], ["ramp", "5.9 (4.4 to 7.3)"]]);
cfg.show({ data: [{ type: "pie", values: [1, 2] }], layout: { title: "Mine" } });`;
const LIVE_CHART = `const live = cfg.liveFigure({ interval: 100 });
const x: number[] = [];
for await (const i of cfg.progress([0, 1, 2, 3, 4, 5], { label: "Counting" })) {
  x.push(i);
  live.update(cfg.lineChart({ title: "Live", xTitle: "step", yTitle: "value (no unit)", series: [{ name: "v", x, y: x, mode: "markers" }] }));
  await new Promise((resolve) => setTimeout(resolve, 150));
}
live.done();`;
const COUNT = 5;

let course: Course;
before(async () => {
  course = await openCourse();
});
after(() => course.close());

const drawings = (page: Page) => page.locator(".jp-OutputArea .js-plotly-plot");

/** The figures of a notebook's file, as its outputs hold them. */
const figuresOf = ({ cells }: Notebook) =>
  cells.flatMap(({ outputs = [] }) => outputs.filter(({ data }) => data && PLOTLY in data));

test("curves, digits, a slider and a live chart are drawn in JupyterLab", async () => {
  const file = course.write(FIGURES, LIVE_CHART);
  const page = await course.openFile(file, { width: 1400, height: 2600 });
  await runAll(page);
  const plots = drawings(page);
  await plots
    .nth(COUNT - 1)
    .locator(".trace path")
    .first()
    .waitFor({ state: "attached" });
  await becomes(() => plots.count(), COUNT);
  assert.ok((await plots.nth(0).locator(".trace").count()) >= 2, "the schedule's two curves");
  await becomes(() => plots.nth(1).locator(".im image").count(), 1); // the digits' picture
  const places = plots.nth(2).locator(".slider-container .slider-label");
  await becomes(() => places.count(), 4); // a place for each w, and the one that is shown
  assert.equal(await plots.nth(3).locator(".gtitle").textContent(), "Mine");
  await page.locator(".jp-OutputArea", { hasText: "6/6" }).first().waitFor();
  await becomes(() => plots.nth(4).locator(".point").count(), 6); // the live chart shows its last state
  // A figure's picture joins the notebook a little after it is drawn.
  await becomes(
    async () => figuresOf(await save(page, file)).filter(({ data }) => PNG in data!).length,
    COUNT,
  );
  const columns = await page.locator(".jp-OutputArea td").evaluateAll((cells) =>
    cells
      .slice(0, 2)
      .map((cell) => getComputedStyle(cell))
      .map(({ textAlign, whiteSpace }) => [textAlign, whiteSpace]),
  );
  assert.deepEqual(columns, [
    ["left", "normal"],
    ["right", "nowrap"],
  ]);
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
});

test("a live chart keeps its place while it is drawn anew", async () => {
  const page = await course.openFile(course.write(`import * as cfg from "cfg-lib";`, LIVE_CHART));
  await page.locator(".jp-CodeCell").first().waitFor();
  await page.evaluate(() => {
    const removals: string[] = [];
    Object.assign(globalThis, { removals });
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ removedNodes }) => Array.from(removedNodes)))
        if (node instanceof Element && (node.matches(".cfg-figure") || node.querySelector(".cfg-figure")))
          removals.push(node.className);
    }).observe(document.body, { childList: true, subtree: true });
  });
  await runAll(page);
  await becomes(() => page.locator(".cfg-figure .point").count(), 6);
  const removals = await page.evaluate(() => (globalThis as unknown as { removals: string[] }).removals);
  assert.deepEqual(removals, []);
});

test("a notebook that was saved without being seen holds a picture of every figure", async () => {
  const file = course.write(FIGURES, LIVE_CHART);
  const other = course.write("1");
  const page = await course.openFile(file);
  await choose(page, "Run", "Run All Cells");
  // Another notebook lies over it before the kernel has started.
  await page.locator(`.jp-BreadCrumbs-item[title="notebooks"]`).click();
  await page.locator(".jp-DirListing-item", { hasText: path.basename(path.dirname(other)) }).dblclick();
  await page.locator(".jp-DirListing-item", { hasText: "fixture.ipynb" }).dblclick();
  await page.locator(".jp-NotebookPanel.lm-mod-hidden").waitFor({ state: "attached" });
  assert.equal(await page.locator(".cfg-figure").count(), 0, "it is hidden before anything is drawn");
  await untilRun(page, { hidden: true });
  await page.waitForTimeout(1500);
  const before = readFileSync(file, "utf8");
  await choose(page, "File", "Save All");
  const outputs = figuresOf(await savedAfter(file, before));
  assert.equal(outputs.length, COUNT);
  assert.ok(outputs.every(({ data }) => PNG in data!));
});

test("every figure of a notebook fits a window of 900 pixels, and one at a zoom of 150 %", async () => {
  const file = course.write("");
  copyFileSync(courseNotebooks(["06"])[0], file);
  const page = await course.openFile(file, { width: 900, height: 900 });
  const figures = page.locator(".cfg-figure");
  await figures.nth(2).waitFor({ state: "attached" });
  for (const width of [900, 1400, 933]) {
    await page.setViewportSize({ width, height: 900 });
    for (let i = 0; i < (await figures.count()); i++) {
      await bring(figures.nth(i));
      await figures.nth(i).locator(".main-svg").first().waitFor();
      // A figure follows a new width a little later.
      await becomes(() => misfit(figures.nth(i)), null);
    }
  }
  await page.close();
});

/** What of a figure's place is wrong in a page: null where it stands under its code and ends with it. */
const misfit = (figure: Locator): Promise<string | null> =>
  figure.evaluate((element) => {
    const input = element.closest(".jp-CodeCell")!.querySelector(".jp-InputArea-editor")!;
    const [drawing, code] = [element.querySelector(".main-svg")!, input].map((part) =>
      part.getBoundingClientRect(),
    );
    const fits = drawing.right <= code.right + 1 && Math.abs(drawing.left - code.left) < 8;
    const ends = [drawing.left, drawing.right, code.left, code.right].map(Math.round);
    return fits ? null : `drawn from ${ends[0]} to ${ends[1]}, its code from ${ends[2]} to ${ends[3]}`;
  });

test("the slider of a notebook that nobody has run yet moves its figure", async () => {
  const file = course.write("");
  copyFileSync(courseNotebooks(["01"])[0], file);
  const page = await course.openFile(file);
  assert.match(
    (await page.locator(".jp-StatusItem-trust").getAttribute("title")) ?? "",
    /not trusted/i,
    "it is shown as any file from elsewhere",
  );
  const figure = page.locator(".cfg-figure").first();
  await bring(figure);
  const title = figure.locator(".gtitle");
  await title.waitFor();
  const before = await title.textContent();
  const rail = (await figure.locator(".slider-rail-touch-rect").boundingBox())!;
  const grip = (await figure.locator(".slider-grip-rect").boundingBox())!;
  const y = rail.y + rail.height / 2;
  await page.mouse.move(grip.x + grip.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(rail.x + rail.width - 5, y, { steps: 5 });
  await page.mouse.up();
  assert.match(before ?? "", /\+ 2 /);
  await title.filter({ hasText: " + 10 " }).waitFor();
});

describe("notebook 00's links open what is to be read, at its title", () => {
  let page: Page;
  before(async () => {
    page = await course.openFile(courseNotebooks(["00"])[0], { width: 1200, height: 700 });
  });

  for (const [link, title] of [
    ["cheat sheet", "Cheat sheet"],
    ["reference", "The library's reference"],
  ])
    it(`to the ${link}`, async () => {
      await page.locator(".lm-TabBar-tab", { hasText: "00_start_here.ipynb" }).first().click();
      const anchor = page.locator(".jp-MarkdownCell a").filter({ hasText: new RegExp(`^${link}`) });
      await bring(anchor);
      await anchor.click();
      const heading = page
        .locator(".jp-MarkdownViewer")
        .locator("h1, h2")
        .filter({ hasText: new RegExp(`^${title}`) });
      await heading.waitFor();
      await page.waitForTimeout(500);
      const { y } = (await heading.boundingBox())!;
      assert.ok(y >= 0 && y < page.viewportSize()!.height, `it stands at ${y}`);
    });
});

test("no page of this asked for anything outside of the course's own server", () => {
  assert.deepEqual(course.requests, []);
});
