/** The lint rules that keep Node out of what core.ts loads find it wherever it hides, and say how a page would get it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { ESLint, Linter } from "eslint";
import { parser } from "typescript-eslint";

const ROOT = path.resolve(__dirname, "..", "..");

/** What the rules for a page that starts at core.ts say about each of these files. */
async function lint(t: TestContext, files: Record<string, string>): Promise<Record<string, string[]>> {
  const { pageRules } = await import("../../scripts/lint/page-rules.mjs");
  const root = mkdtempSync(path.join(os.tmpdir(), "page-rules-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, "deep"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
  const linter = new Linter({ cwd: root });
  const config = [{ files: ["**/*.ts"], languageOptions: { parser } }, ...pageRules(root, "core.ts")];
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      linter.verify(text, config, path.join(root, name)).map(({ message }) => message),
    ]),
  );
}

const HARMLESS = "export const one = 1;";

test("an import far from the entry is found, and the message names the way to it", async (t) => {
  const messages = await lint(t, {
    "core.ts": 'export * from "./first";',
    "first.ts": 'import { two } from "./deep/second"; export const first = two;',
    "deep/second.ts": 'import { readFileSync } from "node:fs"; export const two = readFileSync;',
  });
  assert.deepEqual([messages["core.ts"], messages["first.ts"]], [[], []]);
  assert.equal(messages["deep/second.ts"].length, 1);
  assert.match(messages["deep/second.ts"][0], /'node:fs'.*core\.ts > first\.ts > deep\/second\.ts/s);
});

const BAD = [
  'export { join } from "path";',
  'export * from "fs/promises";',
  'import "@tensorflow/tfjs-node-gpu";',
  'import * as kernel from "cfg-kernel/dist/comms"; export { kernel };',
  'export { loadMnist } from "mnist-data-loader";',
  'export const os = () => import("node:os");',
  'export const bridge = () => import("cfg-kernel/dist/comms");',
  'export const fs = require("fs");',
  'export const bytes = Buffer.from("x");',
  "export const home = process.env.HOME;",
];

test("every way to reach for Node is found", async (t) => {
  for (const line of BAD) {
    const { "core.ts": messages } = await lint(t, { "core.ts": line });
    assert.equal(messages.length, 1, `${line}: ${messages.join("; ")}`);
    assert.match(messages[0], /needs Node.*: core\.ts\./, line);
  }
});

const GOOD = [
  'import * as tf from "@tensorflow/tfjs-core"; export { tf };',
  'export { one } from "./path";',
  'export const later = () => import("./path");',
];

test("what a page has is let through", async (t) => {
  for (const line of GOOD)
    assert.deepEqual(await lint(t, { "core.ts": line, "path.ts": HARMLESS }), {
      "core.ts": [],
      "path.ts": [],
    });
});

test("a file that the entry takes only types from, or nothing, may use Node", async (t) => {
  const messages = await lint(t, {
    "core.ts": `import type { Disk } from "./disk"; import { type Disk as Same } from "./disk"; ${HARMLESS} export type { Disk, Same };`,
    "disk.ts": 'import { readFileSync } from "node:fs"; export type Disk = typeof readFileSync;',
    "other.ts": 'import "node:fs";',
  });
  assert.deepEqual(Object.values(messages).flat(), []);
});

test("the project's own lint has these rules for core.ts and what it loads, and not for what only Node loads", async () => {
  const eslint = new ESLint({ cwd: ROOT });
  const restricts = async (file: string): Promise<boolean> => {
    const config = (await eslint.calculateConfigForFile(path.join(ROOT, "lib/src", file))) as Linter.Config;
    return JSON.stringify(config.rules?.["no-restricted-imports"] ?? "").includes("core.ts");
  };
  assert.ok(await restricts("core.ts"));
  assert.ok(await restricts("schedule.ts"));
  assert.equal(await restricts("index.ts"), false);
});
