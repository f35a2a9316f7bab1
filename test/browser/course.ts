/** The course as `npm start` opens it, in a headless browser, for the tests in this folder. */
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import { writeFixture } from "../notebooks/fixture";
import { startCourse, type StartOptions } from "./start";

export interface Course {
  browser: Browser;
  /** The folder to work in that was chosen, with the notebooks' copies. */
  work: string;
  /** Addresses outside of the course's own server that pages have asked for. */
  requests: string[];
  /** All that the start has printed. */
  printed: () => string;
  /** Opens a page of the server, with its token. */
  open: (place: string, size?: { width: number; height: number }) => Promise<Page>;
  /** Writes a notebook with these cells, beside the notebooks' copies. */
  write: (...cells: string[]) => string;
  /** A file's place on the server; one of the course's own notebooks stands for its copy. */
  placeOf: (file: string) => string;
  /** Opens a notebook's file, with its kernel. */
  openFile: (file: string, size?: { width: number; height: number }) => Promise<Page>;
  /** Opens a new notebook with these cells. */
  openCells: (...cells: string[]) => Promise<Page>;
  /** The server's answer. */
  fetch: (place: string, request?: RequestInit) => Promise<Response>;
  /** Asks the server's REST interface. */
  ask: (place: string) => Promise<unknown>;
  close: () => Promise<void>;
}

/** Starts the course and a browser; without options, in a work folder that is gone when the course is closed. */
export async function openCourse(options?: StartOptions): Promise<Course> {
  const work = options?.work ?? mkdtempSync(path.join(os.tmpdir(), "course-work-"));
  const [start, browser] = await Promise.all([startCourse(options ?? { work }), openBrowser()]);
  // Without the tabs of an earlier page.
  const at = (place: string): string => `${start.at(place)}&reset`;
  const requests: string[] = [];
  const newPage = async (viewport = { width: 1400, height: 1600 }): Promise<Page> => {
    const page = await browser.newPage({ viewport });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^(http|ws)/.test(protocol) && origin !== new URL(at("/")).origin) requests.push(request.url());
    });
    return page;
  };
  const notebooks = path.join(work, "notebooks");
  const placeOf = (file: string): string =>
    path
      .relative(file.startsWith(ROOT + path.sep) ? ROOT : work, file)
      .split(path.sep)
      .join("/");
  const write: Course["write"] = (...cells) => writeFixture(cells, notebooks);
  const openFile: Course["openFile"] = async (file, size) => {
    const page = await newPage(size);
    const connected = nextKernel(page);
    await page.goto(at(`/lab/tree/${placeOf(file).split("/").map(encodeURIComponent).join("/")}`));
    await page
      .locator(".jp-CodeCell .jp-InputPrompt")
      .first()
      .waitFor({ state: "attached", timeout: 60_000 });
    await connected;
    return page;
  };
  const answer: Course["fetch"] = (place, request) => fetch(at(place), request);
  return {
    browser,
    work,
    requests,
    printed: start.printed,
    open: async (place, size) => {
      const page = await newPage(size);
      await page.goto(at(place));
      return page;
    },
    write,
    placeOf,
    openFile,
    openCells: (...cells) => openFile(write(...cells)),
    fetch: answer,
    ask: async (place) => (await answer(place)).json() as Promise<unknown>,
    close: async () => {
      await browser.close();
      await start.stop();
      if (options?.work === undefined) rmSync(work, { recursive: true, force: true });
    },
  };
}

/** Waits until a page talks with its next kernel; what is asked of JupyterLab before, it may forget. */
export function nextKernel(page: Page): Promise<void> {
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
