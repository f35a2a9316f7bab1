/** What cannot get in through the browser: pages of other origins, notebooks from elsewhere, strange names. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { after, before, describe, it, test } from "node:test";
import { type Course, openCourse } from "./course";
import { runAll } from "./notebook-page";

let course: Course;
let [address, token]: [URL, string] = [new URL("http://unknown"), ""];
before(async () => {
  course = await openCourse();
  address = new URL(/http:\/\/\S+/.exec(course.printed())![0]);
  token = address.searchParams.get("token")!;
});
after(() => course.close());

/** The names in a folder, without those of JupyterLab's own. */
const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.includes(".ipynb_checkpoints"),
  );

describe("a page of another origin, in the browser that has the course open", () => {
  /** What the page tries; each result is told in words. */
  const TRY = `async (course, kernel) => {
    const tried = {};
    const attempt = async (name, what) => {
      try { tried[name] = await what(); } catch (error) { tried[name] = "refused"; }
    };
    const options = { credentials: "include" };
    await attempt("reads the list of files", async () => (await fetch(course + "/api/contents", options)).text());
    await attempt("reads a file", async () => (await fetch(course + "/files/README.md", options)).text());
    await attempt("writes a file", async () => {
      await fetch(course + "/api/contents/planted.txt", { ...options, method: "PUT", body: JSON.stringify({ type: "file", format: "text", content: "planted" }) });
      return "sent";
    });
    const simple = { ...options, method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" } };
    await fetch(course + "/api/kernels", { ...simple, body: "{}" }).catch(() => undefined);
    await fetch(course + "/api/contents/notebooks", { ...simple, body: '{"type":"notebook"}' }).catch(() => undefined);
    await fetch(course + "/api/shutdown", simple).catch(() => undefined);
    const line = (url) => new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
    tried["talks to a kernel"] = await line(course.replace("http", "ws") + "/api/kernels/" + kernel + "/channels");
    tried["opens a terminal"] = await line(course.replace("http", "ws") + "/terminals/websocket/1");
    const element = (name, source) => new Promise((resolve) => {
      const one = document.createElement(name);
      one.onload = () => resolve("loaded");
      one.onerror = () => resolve("refused");
      one.src = source;
      document.body.append(one);
    });
    tried["runs a file as a script"] = await element("script", course + "/files/planted.js");
    const frame = document.createElement("iframe");
    frame.src = course + "/lab";
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    try { tried["looks into a frame"] = frame.contentDocument ? "empty" : "refused"; } catch { tried["looks into a frame"] = "refused"; }
    return tried;
  }`;

  it("reads nothing, writes nothing, starts nothing and talks to no kernel", async (t) => {
    writeFileSync(path.join(course.work, "planted.js"), "globalThis.stolen = true;");
    const other = http.createServer((_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end("<!doctype html><title>Another page</title><body></body>");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    // The student's browser has the course's cookie: cookies know no ports.
    const page = await course.open("/lab/tree/README.md");
    await page.locator(".jp-MarkdownViewer").waitFor();
    const headers = { Authorization: `token ${token}` };
    const started = await fetch(new URL("/api/kernels", address.origin), { method: "POST", headers });
    const kernel = (await started.json()) as { id: string };
    const files = (): string[] => namesIn(course.work).sort();
    const kernels = async (): Promise<number> => ((await course.ask("/api/kernels")) as unknown[]).length;
    const before = [files(), await kernels()];
    for (const host of ["127.0.0.1", "localhost"]) {
      await page.goto(`http://${host}:${port}/`);
      const cookies = await page.context().cookies(address.origin);
      assert.ok(
        cookies.some(({ name }) => name.startsWith("username-")),
        "the browser is logged in",
      );
      const tried = await page.evaluate<object>(
        `(${TRY})(${JSON.stringify(address.origin)}, "${kernel.id}")`,
      );
      const frame = page.frames().find((one) => one.url().includes("/lab"));
      assert.deepEqual(
        tried,
        Object.fromEntries(Object.keys(tried).map((name) => [name, "refused"])),
        `from ${host}`,
      );
      assert.equal(frame, undefined, "the course is not drawn in a frame");
      assert.equal(await page.evaluate(`"stolen" in globalThis`), false);
    }
    assert.deepEqual([files(), await kernels()], before);
    await page.close();
  });
});

describe("a notebook from elsewhere, as from a mail", () => {
  const mark = (how: string): string => `(globalThis.ran ??= []).push(${JSON.stringify(how)})`;
  const quoted = (how: string): string => mark(how).replaceAll('"', "&quot;");
  const html = (how: string): string =>
    `<script>${mark(`${how}: a script`)}</script><img src="nowhere" onerror="${quoted(`${how}: an image`)}">` +
    `<svg onload="${quoted(`${how}: a drawing`)}"></svg><a href="javascript:${quoted(`${how}: a link`)}">a link</a>` +
    `<iframe srcdoc="<script>parent.${quoted(`${how}: a frame`)}</script>"></iframe>` +
    `<details open ontoggle="${quoted(`${how}: a fold`)}"><summary>more</summary></details>`;
  const figure = {
    data: [{ type: "scatter", y: [1, 2], text: [html("a point")], name: html("a curve") }],
    layout: {
      title: { text: html("a title") },
      annotations: [{ text: html("a note"), x: 0, y: 1 }],
      images: [{ source: `javascript:${mark("a figure's image")}`, x: 0, y: 0, sizex: 1, sizey: 1 }],
    },
    config: { responsive: true },
  };
  const outputs = [
    { "text/html": html("HTML") },
    { "application/javascript": mark("JavaScript") },
    { "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><script>${mark("SVG")}</script></svg>` },
    { "text/markdown": html("Markdown") },
    { "text/latex": `$\\href{javascript:${mark("a formula")}}{x}$` },
    { "application/vnd.plotly.v1+json": figure },
    { "application/vnd.jupyter.widget-view+json": { model_id: "x", version_major: 2, version_minor: 0 } },
  ].map((data) => ({ output_type: "display_data", data: { "text/plain": "plain", ...data }, metadata: {} }));

  it("runs nothing when it is opened, neither in the page nor in the kernel", async () => {
    const file = course.write(
      `import { display } from "tslab";\ndisplay.html(${JSON.stringify(`<script>${mark("a cell")}</script>`)});`,
    );
    const notebook = JSON.parse(readFileSync(file, "utf8")) as { cells: object[] };
    Object.assign(notebook.cells[0], { outputs, execution_count: 1 });
    notebook.cells.push({ cell_type: "markdown", id: "text", metadata: {}, source: html("text") });
    const init = { init_cell: true, trusted: true, tags: ["init"] };
    Object.assign(notebook.cells[0], { metadata: init });
    Object.assign(notebook, { metadata: { ...(notebook as { metadata?: object }).metadata, trusted: true } });
    writeFileSync(file, JSON.stringify(notebook));
    const page = await course.openFile(file);
    await page.locator(".jp-MarkdownCell details").waitFor({ state: "attached" });
    await page.locator(".cfg-figure .main-svg").first().waitFor();
    await page.waitForTimeout(1500);
    for (const link of await page.locator(".jp-Notebook a", { hasText: "a link" }).all())
      await link.click({ timeout: 2000, force: true }).catch(() => undefined);
    await page.waitForTimeout(500);
    assert.deepEqual(await page.evaluate("globalThis.ran ?? []"), []);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    await runAll(page); // now it is the student who runs it
    await page.waitForFunction("globalThis.ran?.length > 0");
    assert.deepEqual(await page.evaluate("globalThis.ran"), ["a cell"]);
    await page.close();
  });
});

describe("names", () => {
  const STRANGE = ['it\'s "quoted" <img src=x onerror=globalThis.ran=1> $(touch ran) & #1 ü☃.ipynb'];

  for (const name of STRANGE)
    it(`a notebook may be called ${name.slice(0, 50)}`, async () => {
      const file = course.write(`import { linearSchedule } from "cfg-lib"; linearSchedule().timesteps;`);
      const strange = path.join(path.dirname(file), name);
      writeFileSync(strange, readFileSync(file));
      const page = await course.openFile(strange);
      await runAll(page);
      await page.locator(".jp-OutputArea-output", { hasText: "300" }).waitFor();
      assert.equal(await page.evaluate(`"ran" in globalThis`), false);
      assert.deepEqual(namesIn(path.dirname(file)).sort(), ["fixture.ipynb", name].sort());
      await page.close();
    });
});

test("nothing asked for anything outside of the course's own server but the page of another origin", () => {
  assert.ok(
    course.requests.every(
      (url) => new URL(url).hostname === "127.0.0.1" || new URL(url).hostname === "localhost",
    ),
    course.requests.join("\n"),
  );
});
