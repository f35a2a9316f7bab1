/** The course as `npm start` opens it, in a headless browser, for the tests in this folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import { writeFixture } from "../notebooks/fixture";

export interface Course {
  /** Opens a page of the server, with its token. */
  open: (place: string, size?: { width: number; height: number }) => Promise<Page>;
  /** Opens a new notebook with these cells; the file is removed when the course is closed. */
  openCells: (...cells: string[]) => Promise<Page>;
  /** Asks the server's REST interface. */
  ask: (place: string) => Promise<unknown>;
  close: () => Promise<void>;
}

/** Starts the course and a browser. */
export async function openCourse(): Promise<Course> {
  const lab = spawn(process.execPath, [path.join(ROOT, "scripts", "start.mjs"), "--no-browser"], {
    cwd: ROOT,
  });
  const [address, browser] = await Promise.all([addressOf(lab), openBrowser()]);
  const fixtures: string[] = [];
  // Without the tabs of an earlier page.
  const at = (place: string): string => new URL(`${place}${address.search}&reset`, address).href;
  const open: Course["open"] = async (place, viewport = { width: 1400, height: 1600 }) => {
    const page = await browser.newPage({ viewport });
    await page.goto(at(place));
    return page;
  };
  return {
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
      await ended(lab);
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

/** The address that the course prints when it is open. */
function addressOf(lab: ChildProcess): Promise<URL> {
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

function ended(lab: ChildProcess): Promise<void> {
  lab.removeAllListeners("exit");
  const end = new Promise<void>((resolve) => lab.once("exit", () => resolve()));
  lab.kill("SIGTERM");
  return end;
}

/** Chooses an entry of JupyterLab's menus. */
export async function choose(page: Page, menu: string, ...entries: string[]): Promise<void> {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  for (const entry of entries)
    await page.locator(".lm-Menu-itemLabel").getByText(entry, { exact: true }).last().click();
}

export type { Browser, Page };
