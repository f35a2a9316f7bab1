/** Draws figures as PNG with npm's plotly.js in a headless browser, for readers that show no live figure (GitHub). */
import type { Browser, Page } from "playwright-core";
import { type Notebook, PLOTLY, PNG } from "./notebook-file";

/** Size of a picture in pixels; a figure may set its own height. */
const [WIDTH, HEIGHT] = [900, 450];

interface PlotlyPage {
  Plotly: {
    toImage(figure: unknown, options: object): Promise<string>;
  };
}

/** A page with plotly.js, nothing else. */
export async function plotlyPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setContent("<!doctype html><html><body></body></html>");
  await page.addScriptTag({ path: require.resolve("plotly.js") });
  return page;
}

/** A figure as PNG, base64. */
export async function drawPng(page: Page, figure: { layout?: { height?: number } }): Promise<string> {
  const options = { format: "png", width: WIDTH, height: figure.layout?.height ?? HEIGHT, scale: 1 };
  const uri = await page.evaluate(
    ([given, how]) => (globalThis as unknown as PlotlyPage).Plotly.toImage(given, how),
    [figure, options] as const,
  );
  return uri.slice(uri.indexOf(",") + 1);
}

/** Puts a PNG beside every figure of a notebook; returns how many there are. */
export async function addPictures(page: Page, notebook: Notebook): Promise<number> {
  let count = 0;
  for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
    const figure = output.data?.[PLOTLY];
    if (!output.data || figure === undefined) continue;
    output.data[PNG] = await drawPng(page, figure as { layout?: { height?: number } });
    count++;
  }
  return count;
}
