/** What a student sees of the kernel in a real JupyterLab. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { choose, type Course, nextKernel, openCourse, type Page } from "./course";
import { becomes } from "./notebook-page";

const block = (ms: number): string =>
  `for (const start = performance.now(); performance.now() - start < ${ms}; );`;
const promptOf = (page: Page, cell: number): Promise<string> =>
  page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").innerText();
const outputOf = (page: Page, cell: number) =>
  page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output");

describe("in JupyterLab", { timeout: 240_000 }, () => {
  let course: Course;
  before(async () => {
    course = await openCourse();
  });
  after(() => course.close());

  it("Run All shows what a cell has drawn and printed while the next cells compute", async () => {
    const page = await course.openCells(
      `import * as cfg from "cfg-lib";`,
      `cfg.show(cfg.scheduleChart(cfg.linearSchedule())); console.log("shown");`,
      block(4000),
      `console.log("before it blocks"); ${block(4000)}`,
      `console.log("the end");`,
    );
    await choose(page, "Run", "Run All Cells");
    await outputOf(page, 1).getByText("shown").waitFor();
    const shown = performance.now();
    await page.locator(".js-plotly-plot .trace").first().waitFor({ state: "attached" });
    assert.ok(performance.now() - shown < 2500, "the figure, while the next cell blocks");
    await outputOf(page, 3).getByText("before it blocks").waitFor();
    const printed = performance.now();
    assert.equal(await promptOf(page, 3), "[*]:");
    await outputOf(page, 4).getByText("the end").waitFor();
    assert.ok(performance.now() - printed > 2500, "the text, while its own cell blocks");
    await page.close();
  });

  it("the stop button ends the cell and those that wait, and the status is true", async () => {
    const page = await course.openCells(
      `import * as cfg from "cfg-lib";\nfor await (const i of cfg.progress(Array.from({ length: 1000 }, (_, i) => i))) await new Promise((go) => setTimeout(go, 20));`,
      `console.log("ran on");`,
    );
    await choose(page, "Run", "Run All Cells");
    await outputOf(page, 0).getByText("/1000").waitFor();
    const status = page.locator(".jp-Notebook-ExecutionIndicator");
    assert.equal(await status.getAttribute("data-status"), "busy");
    await page
      .locator('[data-command="notebook:interrupt-kernel"], .jp-ToolbarButtonComponent[title*="Interrupt"]')
      .first()
      .click();
    await outputOf(page, 0).getByText("What was done is kept").waitFor();
    await page.waitForFunction(
      () => document.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status") === "idle",
    );
    assert.equal(await promptOf(page, 0), "[1]:");
    assert.equal(await promptOf(page, 1), "[ ]:");
    assert.equal(await outputOf(page, 1).count(), 0);
    await page.close();
  });

  it("an error names the student's line, and the cells behind it are not run", async () => {
    const page = await course.openCells(
      `const w = 2;\nthrow new RangeError("on purpose");`,
      `console.log("ran on");`,
    );
    await choose(page, "Run", "Run All Cells");
    await outputOf(page, 0).getByText("cell [1], line 2:  throw new RangeError").waitFor();
    await wait(500);
    assert.equal(await promptOf(page, 1), "[ ]:");
    await page.close();
  });

  it("Shift+Tab in a call shows its options with their comments", async () => {
    const page = await course.openCells(
      `import * as cfg from "cfg-lib";\nconst model = cfg.createModel(() => { throw new RangeError("on purpose"); });`,
      `cfg.sampleAll(model, { labels: [3], })`,
    );
    await choose(page, "Run", "Run All Cells");
    await outputOf(page, 1).waitFor();
    await page.locator(".jp-CodeCell").nth(1).locator(".cm-line").first().click();
    await page.keyboard.press("End");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+Tab");
    await page.locator(".jp-Tooltip").getByText("guidanceScale?:").waitFor();
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    await page.close();
  });

  it("a new notebook has the course's kernel, and no other is offered", async () => {
    const page = await course.openCells(`1`); // so that the new one lies beside it, and is removed with it
    const connected = nextKernel(page);
    await choose(page, "File", "New", "Notebook");
    await connected;
    const panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
    await panel.locator(".jp-InputPrompt").first().waitFor();
    const offered = (await course.ask("/api/kernelspecs")) as { default: string; kernelspecs: object };
    assert.deepEqual([offered.default, Object.keys(offered.kernelspecs)], ["tslab", ["tslab"]]);
    await panel.locator(".jp-CodeCell .cm-content").first().click();
    await page.keyboard.type("const w: number = 2; w");
    await page.keyboard.press("Shift+Enter");
    await panel.locator(".jp-OutputArea-executeResult").getByText("2").waitFor({ timeout: 60_000 });
    assert.equal(await page.locator(".jp-Dialog").count(), 0, "nothing is asked");
    await page.close();
  });

  it("closing a notebook's tab ends its kernel", async () => {
    const kernels = async (): Promise<number> => ((await course.ask("/api/kernels")) as unknown[]).length;
    const page = await course.openCells(`1`);
    await choose(page, "Run", "Run All Cells");
    await page.locator(".jp-OutputArea-executeResult").waitFor({ timeout: 60_000 });
    const before = await kernels();
    await choose(page, "File", "Save Notebook");
    await page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    await choose(page, "File", "Close Tab");
    await becomes(kernels, before - 1);
    await page.close();
  });
});
