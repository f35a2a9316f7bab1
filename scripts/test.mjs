// @ts-check
/** `npm test`: sets up what is missing, then runs every test; `-- --quick` leaves out notebooks and browser. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { environment, ROOT } from "./setup/places.mjs";
import { fail } from "./setup/problem.mjs";
import { setUp } from "./setup/setup.mjs";

const isQuick = process.argv.includes("--quick");
const SLOW = ["notebooks", "browser"];

/** @param {string} folder @returns {string[]} */
function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name))
    .sort();
}

/** @param {string} what @param {string} command @param {string[]} args */
function check(what, command, args) {
  const started = performance.now();
  console.log(`\n== ${what}`);
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: environment(),
  });
  console.log(
    `== ${what}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  return status === 0;
}

/** @param {string[]} files */
const nodeTest = (files) => ["--import", "tsx", "--test", "--test-concurrency=1", ...files];

try {
  await setUp();
  const folders = readdirSync(path.join(ROOT, "test"));
  const quick = folders
    .filter((name) => !SLOW.includes(name))
    .flatMap((name) => testFiles(path.join(ROOT, "test", name)));
  const slow = SLOW.flatMap((name) => testFiles(path.join(ROOT, "test", name)));
  const coverage = [
    "--include=lib/dist/**",
    "--include=data/dist/**",
    "--include=lib/src/**",
    "--include=data/src/**",
    "--exclude-after-remap",
    "--reporter=text-summary",
  ];
  const results = [
    check("types, lint and format", "npm", ["run", "--silent", "lint"]),
    check("tests, with coverage of lib and data", path.join(ROOT, "node_modules", ".bin", "c8"), [
      ...coverage,
      process.execPath,
      ...nodeTest(quick),
    ]),
  ];
  if (!isQuick && slow.length > 0)
    results.push(check("notebooks and browser", process.execPath, nodeTest(slow)));
  process.exit(results.every(Boolean) ? 0 : 1);
} catch (error) {
  fail(error);
}
