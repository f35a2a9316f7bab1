/** Every figure of every committed notebook, drawn by npm's plotly.js in a real headless browser. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { courseNotebooks, PLOTLY, readNotebook } from "../../scripts/notebooks/notebook-file";
import { plotlyPage } from "../../scripts/notebooks/pictures";

let browser: Browser;
let page: Page;
const errors: string[] = [];
before(async () => {
  browser = await openBrowser();
  page = await plotlyPage(browser);
  page.on("pageerror", (error) => errors.push(error.message));
});
after(() => browser.close());

/** Draws a figure into the page and counts its marks. */
function draw(figure: unknown): Promise<number> {
  return page.evaluate(async (given) => {
    document.body.innerHTML = '<div id="figure" style="width: 900px"></div>';
    const { Plotly } = globalThis as unknown as {
      Plotly: { newPlot(id: string, figure: unknown): Promise<void> };
    };
    await Plotly.newPlot("figure", given);
    return document.querySelectorAll("#figure .trace, #figure .imagelayer image, #figure .heatmaplayer image")
      .length;
  }, figure);
}

for (const file of courseNotebooks()) {
  const name = path.basename(file);
  test(`the figures of ${name} are drawn without an error`, async () => {
    for (const [place, cell] of readNotebook(file).cells.entries()) {
      for (const output of cell.outputs ?? []) {
        const figure = output.data?.[PLOTLY];
        if (figure) assert.ok((await draw(figure)) > 0, `cell ${place + 1}: nothing is drawn`);
      }
    }
    assert.deepEqual(errors, []);
  });
}

test("the check bites: a figure without data draws no marks", async () => {
  assert.equal(await draw({ data: [], layout: {} }), 0);
});
