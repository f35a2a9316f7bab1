// @ts-check
/** Every test, after set-up. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isWritable } from "./disk.mjs";
import { environment } from "./environment.mjs";
import { CACHE, ROOT } from "./places.mjs";
import { fail, Problem } from "./problem.mjs";
import { setUp } from "./setup.mjs";

/** Tests in a real browser, and of kernels that run the notebooks' cells: each waits for another program half of its time. */
const JUPYTER = ["browser", "notebooks"];
/** Tests of programs, most of them in processes of their own. */
const PROGRAMS = ["cells", "docs", "kernel", "lint", "notebook", "terminal", "types"];
/** Tests of set-up, one at a time: each makes and breaks what the others start from. */
const SETUP = ["setup"];
/** Tests that start the engine each in a way of its own: a process for every file. */
const ENGINE = ["engine"];
/** What takes longest, begun first: folders of the library's tests, and files of the others. */
const SLOWEST = [
  ...["study", "training", "gallery", "golden"],
  ...["notebooks/course", "browser/live", "browser/live-cells", "notebooks/rerun", "browser/jupyterlab"],
  ...["browser/kernel", "browser/export", "notebooks/full-run"],
  ...["terminal/train", "notebook/stop", "notebook/exercises", "terminal/sweep"],
];
/** Tests that need the hub's packages, which nothing else does: `npm run test:hub`. */
const HUB = ["hub"];

/** Where the files lie that the test runner is given: a folder of this run, which another one beside it leaves alone. */
const GIVEN = path.join(CACHE, "tests", String(process.pid));

/** The files that the test runner is given, by how they are run. */
function testFiles() {
  mkdirSync(GIVEN, { recursive: true });
  process.on("exit", () => rmSync(GIVEN, { recursive: true, force: true }));
  const names = readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.replaceAll(path.sep, "/"))
    .sort();
  const folderOf = (/** @type {string} */ name) => name.split("/")[0];
  const namesIn = (/** @type {string[]} */ folders) =>
    names.filter((name) => folders.includes(folderOf(name)));
  const others = [...ENGINE, ...JUPYTER, ...PROGRAMS, ...SETUP, ...HUB];
  const library = names.filter((name) => !others.includes(folderOf(name)));
  const groups = {
    library: { ...byFolder(library), ...byFile(namesIn(ENGINE)) },
    programs: byFile(namesIn(PROGRAMS)),
    jupyter: byFile(namesIn(JUPYTER)),
    setup: byFile(namesIn(SETUP)),
  };
  const all = Object.values(groups).flatMap((group) => Object.keys(group));
  const unknown = SLOWEST.find((name) => !all.includes(name));
  if (unknown) throw new Problem(`SLOWEST in scripts/setup/tests.mjs names ${unknown}, and there is none.`);
  return {
    library: inOrder(groups.library),
    programs: inOrder(groups.programs),
    jupyter: inOrder(groups.jupyter),
    setup: inOrder(groups.setup),
  };
}

/** @param {string[]} names @returns {Record<string, string[]>} */
const byFile = (names) => Object.fromEntries(names.map((name) => [name.replace(".test.ts", ""), [name]]));

/**
 * To load the library and to start the engine takes a second, longer than most files of its tests: so those of a folder,
 * or those in none, share it.
 * @param {string[]} names @returns {Record<string, string[]>}
 */
function byFolder(names) {
  const groupOf = (/** @type {string} */ name) => (name.includes("/") ? path.dirname(name) : "top");
  const groups = [...new Set(names.map(groupOf))];
  return Object.fromEntries(groups.map((group) => [group, names.filter((name) => groupOf(name) === group)]));
}

/**
 * Files to give to the test runner. It sorts them by name: so each has a number, the slowest the first ones, and runs in
 * one process what belongs together.
 * @param {Record<string, string[]>} groups names of test files by what they are together @returns {string[]}
 */
function inOrder(groups) {
  const rank = (/** @type {string} */ name) =>
    SLOWEST.includes(name) ? SLOWEST.indexOf(name) : SLOWEST.length;
  const sorted = Object.keys(groups).sort((a, b) => rank(a) - rank(b));
  return sorted.map((group, i) => {
    const file = path.join(GIVEN, `${String(i).padStart(3, "0")}-${group.replaceAll("/", "-")}.test.cjs`);
    const places = groups[group].map((name) => path.join(ROOT, "test", name));
    writeFileSync(file, places.map((place) => `require(${JSON.stringify(place)});\n`).join(""));
    return file;
  });
}

/** The environment of each of two programs that run at once: threads for half of the processors, or they wait for each other. */
function sharedEnvironment() {
  const threads = String(Math.max(1, Math.floor(os.availableParallelism() / 2)));
  return { ...environment(), TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: threads };
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
 * Runs a command beside others.
 * @param {string} what @param {string} command @param {string[]} args
 * @param {number} niceness from 0 to 19: how far it stands back where processors are wanted by others, too
 * @returns {Promise<{ passed: boolean, text: string }>} what it said, to be told in one piece
 */
async function runBeside(what, command, args, niceness) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: sharedEnvironment(),
  });
  if (child.pid !== undefined) standBack(child.pid, niceness);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => (text += part));
  const status = await ended(child);
  return { passed: status === 0, text: `\n== ${what}\n${text}${verdict(what, status, started)}\n` };
}

/** @param {number} pid @param {number} niceness */
function standBack(pid, niceness) {
  try {
    os.setPriority(pid, Math.max(os.getPriority(), niceness));
  } catch {
    // It has ended, or the system does not allow it; only time is lost.
  }
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
  const status = await ended(spawn(command, args, { cwd: ROOT, stdio, env: sharedEnvironment() }));
  console.log(verdict(what, status, started));
  return status === 0;
}

/** @param {string} what @param {number | null} status @param {number} started */
const verdict = (what, status, started) =>
  `== ${what}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(0)} s`;

/** The lines with which Node's test runner sums up, added up over its runs. */
const SUMS = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms"];

const OWN_CORE = pathToFileURL(path.join(ROOT, "scripts", "setup", "own-core.mjs")).href;

/**
 * @param {string[]} files @param {string} summary where the runner's lines go too
 * @param {{ atOnce?: number, ownCore?: boolean }} [how] files at once, each on a processor of its own
 */
const nodeTest = (files, summary, { atOnce = 1, ownCore = false } = {}) => [
  ...["--import", "tsx", "--test", `--test-concurrency=${atOnce}`],
  ...(ownCore ? ["--import", OWN_CORE] : []),
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
    ...nodeTest(files, path.join(CACHE, "tests-coverage.tap"), { atOnce: 2 }),
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
  const files = testFiles();
  if (values.coverage) process.exit((await tellCoverage(files.library)) ? 0 : 1);
  const summaryOf = (/** @type {keyof typeof files} */ part) => path.join(CACHE, `tests-${part}.tap`);
  const parts = /** @type {(keyof typeof files)[]} */ (Object.keys(files));
  for (const part of parts) rmSync(summaryOf(part), { force: true });
  const testsOf = (/** @type {keyof typeof files} */ part, how = {}) =>
    nodeTest(files[part], summaryOf(part), how);

  // It computes and waits for nobody: what the tests leave of the processors is enough.
  const linted = runBeside("types, lint and format", "npm", ["run", "--silent", "lint"], 19);
  const results = [
    await check("library", process.execPath, testsOf("library", { atOnce: 2, ownCore: true })),
  ];
  /** @param {{ passed: boolean, text: string }} run */
  const tell = ({ passed, text }) => {
    console.log(text);
    results.push(passed);
  };
  // Each of these waits now and then, for a page, a server or a kernel. A page must answer a hand: set-up stands back.
  const setup = runBeside("set-up", process.execPath, testsOf("setup"), 3).then(tell);
  results.push(await check("programs", process.execPath, testsOf("programs", { atOnce: 2 })));
  if (!values.quick)
    results.push(await check("browser and notebooks", process.execPath, testsOf("jupyter", { atOnce: 2 })));
  await Promise.all([linted.then(tell), setup]);
  const allPassed = results.every(Boolean);
  tellSums(parts.map(summaryOf), allPassed);
  process.exit(allPassed ? 0 : 1);
}

main().catch(fail);
