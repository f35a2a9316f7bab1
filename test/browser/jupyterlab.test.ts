/** A live JupyterLab, as `npm start` opens it: figures of a running notebook are really drawn. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { choose, type Course, openCourse } from "./course";

/** Curves, a picture of digits, and a figure with a slider. */
const FIGURES = `import * as cfg from "cfg-lib";
cfg.show(cfg.scheduleChart(cfg.linearSchedule()));
cfg.show(cfg.digitGrid(cfg.normal(4 * 1024, 1), { columns: 4 }));
cfg.show(cfg.guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [0, 1, 2] }));`;
const LIVE_CHART = `const live = cfg.liveFigure({ interval: 100 });
const x: number[] = [];
for await (const i of cfg.progress([0, 1, 2, 3, 4, 5], { label: "Counting" })) {
  x.push(i);
  live.update(cfg.lineChart({ title: "Live", xTitle: "step", yTitle: "value (no unit)", series: [{ name: "v", x, y: x }] }));
  await new Promise((resolve) => setTimeout(resolve, 150));
}
live.done();`;

let course: Course;
before(async () => {
  course = await openCourse();
});
after(() => course.close());

test("curves, digits, a slider and a live chart are drawn in JupyterLab", { timeout: 120_000 }, async () => {
  const page = await course.openCells(FIGURES, LIVE_CHART);
  await choose(page, "Run", "Run All Cells");
  const plots = page.locator(".jp-OutputArea .js-plotly-plot");
  await plots.nth(3).locator(".trace path").first().waitFor({ state: "attached", timeout: 60_000 });
  assert.equal(await plots.count(), 4);
  assert.ok((await plots.nth(0).locator(".trace").count()) >= 2, "the schedule's two curves");
  assert.equal(await plots.nth(1).locator(".im image").count(), 1, "the digits' picture");
  const places = plots.nth(2).locator(".slider-container .slider-label");
  assert.equal(await places.count(), 4, "a place for each w, and the one that is shown");
  const isFinished = page.locator(".jp-OutputArea", { hasText: "6/6" });
  await isFinished.first().waitFor({ timeout: 30_000 });
  await page.waitForTimeout(1000);
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
});
