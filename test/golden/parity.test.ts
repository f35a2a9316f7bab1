/** `npm run parity` itself, on the shipped golden files and on damaged ones. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";

const ROOT = path.resolve(__dirname, "..", "..");
const folder = mkdtempSync(path.join(os.tmpdir(), "parity-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function parity(...files: string[]): { status: number | null; output: string } {
  const args = ["--import", "tsx", path.join(ROOT, "scripts", "parity.ts"), ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

function golden(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(__dirname, name), "utf8")) as Record<string, unknown>;
}

function write(content: unknown): string {
  const file = path.join(folder, "golden.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const SECTIONS = {
  "unet.json": 28,
  "small-unet.json": 40,
  "samplers.json": 17,
  "fast-samplers.json": 8,
};

test("every section of every golden file agrees with PyTorch and diffusers", () => {
  const files = Object.keys(SECTIONS).map((name) => path.join(__dirname, name));
  const { status, output } = parity(...files);
  assert.equal(status, 0, output);
  const starts = [...files.map((file) => output.indexOf(`${file}\n`)), output.length];
  for (const [i, sections] of Object.values(SECTIONS).entries()) {
    const part = output.slice(starts[i], starts[i + 1]);
    assert.equal(part.match(/ pass /g)?.length, sections, part);
  }
});

test("a sampler or a rule that nobody has built is called so, and is no success", () => {
  const { guidance, cases, ...rest } = golden("samplers.json") as Record<string, Record<string, unknown>>;
  const renamed = { "heun-10": cases["ddim-10-eta0-trailing"], ...cases };
  const { status, output } = parity(write({ ...rest, guidance, cases: renamed }));
  assert.equal(status, 1);
  assert.match(output, /heun-10 +not built/);
  assert.match(output, /ddim-10-eta0-trailing +pass/);
});

test("a subset of sections is enough", () => {
  const { salt, betas } = golden("unet.json");
  const { status, output } = parity(write({ salt, betas }));
  assert.equal(status, 0, output);
  assert.equal(output.match(/ pass /g)?.length, 1);
});

test("a wrong number fails its section", () => {
  const { salt, alphaBars } = golden("unet.json");
  const wrong = (alphaBars as number[]).map((value, t) => (t === 299 ? value + 1e-4 : value));
  const { status, output } = parity(write({ salt, alphaBars: wrong }));
  assert.equal(status, 1);
  assert.match(output, /alphaBars +FAIL/);
});

test("another salt makes other weights, which do not give these numbers", () => {
  const { eval: evaluation } = golden("unet.json");
  const { status, output } = parity(write({ salt: 1, eval: evaluation }));
  assert.equal(status, 1);
  assert.match(output, /eval +FAIL/);
});

test("a file without a known section is no success", () => {
  assert.equal(parity(write({ salt: 0 })).status, 1);
  assert.equal(parity(write({})).status, 2);
});
