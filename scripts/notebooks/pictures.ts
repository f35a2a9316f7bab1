/** Draws figures as PNG in a headless browser, as JupyterLab does it, for readers that show no live figure (GitHub). */
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { type Notebook, PLOTLY, PNG, ROOT } from "./notebook-file";

interface FiguresPage {
  cfgFigures: {
    pictureOf(figure: unknown): Promise<string>;
  };
}

/** A page with plotly.js and the course's way to draw with it, nothing else. */
export async function plotlyPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setContent("<!doctype html><html><body></body></html>");
  await page.addScriptTag({ path: require.resolve("plotly.js-dist-min") });
  await page.addScriptTag({ path: path.join(ROOT, "jupyter", "figures", "static", "figure-view.js") });
  return page;
}

/** A figure as PNG, base64. */
export function drawPng(page: Page, figure: unknown): Promise<string> {
  return page.evaluate((given) => (globalThis as unknown as FiguresPage).cfgFigures.pictureOf(given), figure);
}

/** Puts a PNG beside every figure of a notebook; returns how many there are. */
export async function addPictures(page: Page, notebook: Notebook): Promise<number> {
  let count = 0;
  for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
    const figure = output.data?.[PLOTLY];
    if (!output.data || figure === undefined) continue;
    output.data[PNG] = await drawPng(page, figure);
    count++;
  }
  return count;
}
