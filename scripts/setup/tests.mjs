// @ts-check
/** Every test, after set-up. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isWritable } from "./disk.mjs";
import { environment } from "./environment.mjs";
import { CACHE, ROOT } from "./places.mjs";
import { fail, Problem } from "./problem.mjs";
import { setUp } from "./setup.mjs";

/** Tests that run one after the other: each takes the whole machine. */
const SLOW = ["notebooks", "browser"];
/** Tests of programs, most of them in processes of their own. */
const PROGRAMS = ["cells", "docs", "kernel", "lint", "notebook", "terminal", "types"];
/** Tests of set-up, one at a time: a set-up ends the programs that it takes for those of a killed one in this folder. */
const SETUP = ["setup"];
/** Tests that need the hub's packages, which nothing else does: `npm run test:hub`. */
const HUB = ["hub"];

/** The files of tests by how they are run. @returns {{ library: string[], programs: string[], setup: string[], slow: string[] }} */
function testFiles() {
  const names = readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .sort();
  const filesWhere = (/** @type {(folder: string) => boolean} */ isWanted) =>
    names.filter((name) => isWanted(name.split(path.sep)[0])).map((name) => path.join(ROOT, "test", name));
  return {
    library: filesWhere((folder) => ![...SLOW, ...PROGRAMS, ...SETUP, ...HUB].includes(folder)),
    programs: filesWhere((folder) => PROGRAMS.includes(folder)),
    setup: filesWhere((folder) => SETUP.includes(folder)),
    slow: filesWhere((folder) => SLOW.includes(folder)),
  };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number | null>} its exit status; null when it does not exist or was killed
 */
const ended = (child) =>
  new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.on("close", resolve);
  });

/**
 * Runs a command beside others; what it says is told in one piece at its end.
 * @param {string} what @param {string} command @param {string[]} args
 * @returns {Promise<boolean>} whether it passed
 */
async function checkBeside(what, command, args) {
  const started = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env: environment() });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => (text += part));
  const status = await ended(child);
  console.log(`\n== ${what}\n${text}${verdict(what, status, started)}\n`);
  return status === 0;
}

/**
 * Runs a command, whose output goes straight to ours.
 * @param {string} what @param {string} command @param {string[]} args
 * @returns {Promise<boolean>} whether it passed
 */
async function check(what, command, args) {
  const started = performance.now();
  console.log(`\n== ${what}`);
  const stdio = /** @type {const} */ (["ignore", "inherit", "inherit"]);
  const status = await ended(spawn(command, args, { cwd: ROOT, stdio, env: environment() }));
  console.log(verdict(what, status, started));
  return status === 0;
}

/** @param {string} what @param {number | null} status @param {number} started */
const verdict = (what, status, started) =>
  `== ${what}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(0)} s`;

/** The lines with which Node's test runner sums up, added up over its runs. */
const SUMS = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms"];

/** @param {string[]} files @param {string} summary where the runner's lines go too @param {number} atOnce files */
const nodeTest = (files, summary, atOnce) => [
  ...["--import", "tsx", "--test", `--test-concurrency=${atOnce}`],
  ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
  ...["--test-reporter=tap", `--test-reporter-destination=${summary}`],
  ...files,
];

/** @param {string[]} summaries files in TAP @param {boolean} allPassed */
function tellSums(summaries, allPassed) {
  console.log("");
  for (const name of SUMS) {
    const numbers = summaries.map((file) => {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return Number(new RegExp(`^# ${name} ([\\d.]+)$`, "m").exec(text)?.[1] ?? 0);
    });
    const sum = numbers.reduce((one, other) => one + other, 0);
    // A failure outside the runner (lint, a crash) is a failure too.
    console.log(`# ${name} ${name === "fail" && sum === 0 && !allPassed ? 1 : sum}`);
  }
}

/** What the library's tests run of lib and data, in percent. @param {string[]} files */
const tellCoverage = (files) =>
  check("library, with coverage of lib and data", path.join(ROOT, "node_modules", ".bin", "c8"), [
    "--include=lib/dist/**",
    "--include=data/dist/**",
    "--include=lib/src/**",
    "--include=data/src/**",
    "--exclude-after-remap",
    "--merge-async", // report by report: all at once they take 1.5 GB
    "--reporter=text-summary",
    process.execPath,
    ...nodeTest(files, path.join(CACHE, "tests-coverage.tap"), 2),
  ]);

async function main() {
  const { values } = parseArgs({
    options: { quick: { type: "boolean" }, coverage: { type: "boolean" }, cpu: { type: "boolean" } },
  });
  await setUp({ cpu: values.cpu });
  if (!isWritable(CACHE))
    throw new Problem(
      `The tests write to ${CACHE}, which cannot be written. Copy the project to a folder of your own, and run them there.`,
    );
  const { library, programs, setup, slow } = testFiles();
  if (values.coverage) process.exit((await tellCoverage(library)) ? 0 : 1);
  const summaries = ["library", "programs", "setup", "slow"].map((name) =>
    path.join(CACHE, `tests-${name}.tap`),
  );
  for (const file of summaries) rmSync(file, { force: true });
  const results = [
    await check("library", process.execPath, nodeTest(library, summaries[0], 2)),
    await check("programs", process.execPath, nodeTest(programs, summaries[1], 2)),
  ];
  // Each of these two leaves a processor to the other.
  const lint = checkBeside("types, lint and format", "npm", ["run", "--silent", "lint"]);
  results.push(await check("set-up", process.execPath, nodeTest(setup, summaries[2], 1)), await lint);
  if (!values.quick)
    results.push(await check("notebooks and browser", process.execPath, nodeTest(slow, summaries[3], 1)));
  const allPassed = results.every(Boolean);
  tellSums(summaries, allPassed);
  process.exit(allPassed ? 0 : 1);
}

main().catch(fail);
