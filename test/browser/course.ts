/** The course as `npm start` opens it, in a headless browser, for the tests in this folder. */
import { rmSync } from "node:fs";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import { writeFixture } from "../notebooks/fixture";
import { startCourse, type StartOptions } from "./start";

export interface Course {
  /** All that the start has printed. */
  printed: () => string;
  /** Opens a page of the server, with its token. */
  open: (place: string, size?: { width: number; height: number }) => Promise<Page>;
  /** Opens a new notebook with these cells; the file is removed when the course is closed. */
  openCells: (...cells: string[]) => Promise<Page>;
  /** Asks the server's REST interface. */
  ask: (place: string) => Promise<unknown>;
  close: () => Promise<void>;
}

/** Starts the course and a browser. */
export async function openCourse(options?: StartOptions): Promise<Course> {
  const [start, browser] = await Promise.all([startCourse(options), openBrowser()]);
  const fixtures: string[] = [];
  // Without the tabs of an earlier page.
  const at = (place: string): string => `${start.at(place)}&reset`;
  const open: Course["open"] = async (place, viewport = { width: 1400, height: 1600 }) => {
    const page = await browser.newPage({ viewport });
    await page.goto(at(place));
    return page;
  };
  return {
    printed: start.printed,
    open,
    openCells: async (...cells) => {
      const file = writeFixture(...cells);
      fixtures.push(file);
      const place = `/lab/tree/${path.relative(ROOT, file).split(path.sep).join("/")}`;
      const page = await browser.newPage({ viewport: { width: 1400, height: 1600 } });
      const connected = kernelConnection(page);
      await page.goto(at(place));
      await page.locator(".jp-CodeCell .jp-InputPrompt").first().waitFor({ timeout: 60_000 });
      await connected;
      return page;
    },
    ask: async (place) => (await fetch(at(place))).json() as Promise<unknown>,
    close: async () => {
      for (const file of fixtures) rmSync(path.dirname(file), { recursive: true, force: true });
      await browser.close();
      await start.stop();
    },
  };
}

/** Waits until a page talks with a kernel; what is asked of JupyterLab before, it may forget. */
function kernelConnection(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        if (payload.includes("kernel_info_reply")) resolve();
      });
    });
  });
}

/** Chooses an entry of JupyterLab's menus. */
export async function choose(page: Page, menu: string, ...entries: string[]): Promise<void> {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  for (const entry of entries)
    await page.locator(".lm-Menu-itemLabel").getByText(entry, { exact: true }).last().click();
}

export type { Browser, Page };
