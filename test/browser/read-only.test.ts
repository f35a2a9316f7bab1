/** The course in a folder that cannot be written, as on a school's share. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, describe, it } from "node:test";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import { openCourse } from "./course";
import { startCourse } from "./start";

const home = mkdtempSync(path.join(os.tmpdir(), "read-only-"));
after(() => rmSync(home, { recursive: true, force: true }));

/** Runs a command with a view of the disk of its own, in which the project is read-only. */
const REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"';
const namespace = process.getuid?.() === 0 ? ["--mount"] : ["--mount", "--map-root-user"];
const READ_ONLY = ["unshare", ...namespace, "sh", "-c", REMOUNT, ROOT];
const skip =
  spawnSync(READ_ONLY[0], [...READ_ONLY.slice(1), "true"]).status !== 0 &&
  "a read-only view of a folder needs Linux, and root or user namespaces";

const COPIES = path.join(home, "my-cfg-notebooks");
const NOTEBOOK = "notebooks/01_idea_of_guidance.ipynb";
const START = { within: READ_ONLY, env: { HOME: home, XDG_CACHE_HOME: undefined } };

describe("a complete set-up in a folder that cannot be written", { skip }, () => {
  it("opens copies of the notebooks in the user's home; a cell runs there, and is saved", async () => {
    const original = readFileSync(path.join(ROOT, NOTEBOOK), "utf8");
    const course = await openCourse(START);
    try {
      assert.match(course.printed(), new RegExp(`You work on copies of the notebooks\\..*${COPIES}\n`, "s"));
      const page = await course.openFile(path.join(ROOT, NOTEBOOK));
      const cell = page.locator(".jp-Notebook .jp-CodeCell").first();
      await cell.locator(".cm-content").click({ timeout: 60_000 });
      await page.keyboard.press("Control+A");
      await page.keyboard.type(
        'import { linearSchedule } from "cfg-lib"; "steps: " + linearSchedule().timesteps',
      );
      await page.keyboard.press("Shift+Enter");
      await page.locator(".jp-OutputArea-output", { hasText: "steps: 300" }).waitFor({ timeout: 60_000 });
      await page.keyboard.press("Control+S");
      const text = (): string => readFileSync(path.join(COPIES, NOTEBOOK), "utf8");
      for (let tries = 0; tries < 50 && !text().includes("steps: 300"); tries++)
        await page.waitForTimeout(200);
      assert.match(text(), /steps: 300/);
      if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    } finally {
      await course.close();
    }
    assert.equal(readFileSync(path.join(ROOT, NOTEBOOK), "utf8"), original);
    for (const linked of ["docs/README.md", "README.md"])
      assert.ok(existsSync(path.join(COPIES, linked)), `no ${linked} beside the copies`);
  });

  it("keeps what was changed at the next start, and brings back what was deleted", async () => {
    const changed = path.join(COPIES, NOTEBOOK);
    const deleted = path.join(COPIES, "notebooks/02_digits_and_noise.ipynb");
    const { mtimeMs } = statSync(changed);
    rmSync(deleted);
    const course = await startCourse(START);
    await course.stop();
    assert.equal(statSync(changed).mtimeMs, mtimeMs);
    assert.ok(existsSync(deleted));
  });

  it("runs the kernel on the Node that starts it, though the folder names another", async () => {
    const node = path.join(home, "node");
    copyFileSync(process.execPath, node);
    const course = await startCourse({ ...START, node });
    const specs = (await (await fetch(course.at("/api/kernelspecs"))).json()) as {
      kernelspecs: { tslab: { spec: { argv: string[] } } };
    };
    await course.stop();
    assert.equal(specs.kernelspecs.tslab.spec.argv[0], node);
  });

  it("says so where another folder already has the copies' name", () => {
    rmSync(path.join(COPIES, "node_modules"));
    writeFileSync(path.join(COPIES, "node_modules"), "");
    return assert.rejects(startCourse(START), /that folder holds something else: node_modules/);
  });
});
