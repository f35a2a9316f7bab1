/** A live JupyterLab, as `npm start` opens it: figures of a running notebook are really drawn. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import { writeFixture } from "../notebooks/fixture";

/** Curves, a picture of digits, and a figure with a slider. */
const FIGURES = `import * as cfg from "cfg-lib";
cfg.show(cfg.scheduleChart(cfg.linearSchedule()));
cfg.show(cfg.digitGrid(cfg.normal(4 * 1024, 1), { columns: 4 }));
cfg.show(cfg.guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [0, 1, 2] }));`;
const LIVE_CHART = `const live = cfg.liveFigure({ interval: 100 });
const x: number[] = [];
for await (const i of await cfg.progress([0, 1, 2, 3, 4, 5], { label: "Counting" })) {
  x.push(i);
  live.update(cfg.lineChart({ title: "Live", xTitle: "step", yTitle: "value (no unit)", series: [{ name: "v", x, y: x }] }));
  await new Promise((resolve) => setTimeout(resolve, 150));
}
live.done();`;

let lab: ChildProcess;
let browser: Browser;
let address: URL;
const fixture = writeFixture(FIGURES, LIVE_CHART);

/** Starts the course and waits for the address that it prints. */
async function startCourse(): Promise<URL> {
  lab = spawn(process.execPath, [path.join(ROOT, "scripts", "start.mjs"), "--no-browser"], { cwd: ROOT });
  let printed = "";
  return new Promise((resolve, reject) => {
    const read = (data: Buffer): void => {
      printed += data.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S*token=\w+/.exec(printed);
      if (url) resolve(new URL(url[0]));
    };
    lab.stdout!.on("data", read);
    lab.stderr!.on("data", read);
    lab.on("exit", () => reject(new Error(`the course did not start:\n${printed}`)));
  });
}

before(async () => {
  [address, browser] = await Promise.all([startCourse(), openBrowser()]);
});
after(async () => {
  rmSync(path.dirname(fixture), { recursive: true, force: true });
  await browser.close();
  lab.removeAllListeners("exit");
  const ended = new Promise((resolve) => lab.once("exit", resolve));
  lab.kill("SIGTERM");
  await ended;
});

test("curves, digits, a slider and a live chart are drawn in JupyterLab", { timeout: 120_000 }, async () => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1600 } });
  const notebook = path.relative(ROOT, fixture).split(path.sep).join("/");
  await page.goto(new URL(`/lab/tree/${notebook}${address.search}`, address).href);
  await page.locator(".jp-Notebook .jp-CodeCell").first().click({ timeout: 60_000 });
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
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
