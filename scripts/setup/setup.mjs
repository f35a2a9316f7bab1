// @ts-check
/** Set-up: everything between a fresh clone and a course that runs. What is done is not done again. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { endingChildren, endLeftOvers } from "./children.mjs";
import { compileAddon } from "./compiler.mjs";
import { sizeOf } from "./disk.mjs";
import { countTeller } from "./download.mjs";
import {
  addonInputs,
  chooseBuild,
  fetchTensorFlow,
  hasAddon,
  hasTensorFlow,
  linkEngine,
  tensorFlowInputs,
} from "./engine.mjs";
import { isEnvironmentWhole, makeEnvironment, writeKernel } from "./jupyter.mjs";
import { withLock } from "./lock.mjs";
import { CACHE, ROOT, SETUP, VENV } from "./places.mjs";
import { checkDisk, checkLibrary, checkPlatform, findPython } from "./requirements.mjs";
import { mustRun } from "./run.mjs";
import { isDone, keyOf, markDone, markUndone } from "./stamps.mjs";

/**
 * @param {{ cpu?: boolean }} [options] cpu: refuse the GPU
 */
export async function setUp({ cpu = false } = {}) {
  checkPlatform();
  await withLock(() => endingChildren(() => work(cpu)));
}

/** @param {boolean} cpu */
async function work(cpu) {
  const started = performance.now();
  await endLeftOvers();
  const build = chooseBuild(cpu ? { gpu: false } : {});
  const large = [packages(), jupyter(), tensorFlow(build)].filter(isMissing);
  if (large.length > 0) {
    checkLibrary();
    await findPython();
    checkDisk({ gpu: build.gpu });
  }
  // These three wait for the network more than for the processor.
  await Promise.all(large.map(perform));
  const small = [addon(build), courseBuild()];
  for (const step of small.filter(isMissing)) await perform(step);
  linkEngine();
  writeKernel();
  for (const name of ["scratch", "compiler", "wheels", "deps.new"]) {
    rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
  if (large.length === 0) return;
  const size = [CACHE, VENV, path.join(ROOT, "node_modules")].reduce((sum, one) => sum + sizeOf(one), 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`Set-up is done: ${seconds} s, ${(size / 1e9).toFixed(1)} GB in this folder.`);
}

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} what it does, for people
 * @property {string} key a hash of what it starts from
 * @property {() => boolean} isWhole whether its result is there
 * @property {() => Promise<unknown>} make
 */

/** @param {Step} step */
const isMissing = ({ name, key, isWhole }) => !isDone(name, key) || !isWhole();

/** @param {Step} step */
async function perform({ name, what, key, make }) {
  console.log(`${what} ...`);
  const started = performance.now();
  markUndone(name);
  await make();
  markDone(name, key);
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

/** @returns {Step} */
function packages() {
  const lock = path.join(ROOT, "package-lock.json");
  return {
    name: "packages",
    what: "Installing the npm packages",
    key: keyOf({ paths: [lock] }),
    isWhole: () => existsSync(path.join(ROOT, "node_modules", "tslab")),
    make: () => {
      const entries = Object.entries(JSON.parse(readFileSync(lock, "utf8")).packages);
      const total = entries.filter(
        ([name, entry]) => name.includes("node_modules/") && !entry.os && !entry.link,
      );
      const args = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=http"];
      return mustRun("Installing the npm packages", "npm", args, {
        onLine: countTeller("npm packages", /http fetch GET 200/, total.length),
      });
    },
  };
}

/** @returns {Step} */
function jupyter() {
  return {
    name: "jupyter",
    what: "Installing JupyterLab",
    key: keyOf({ texts: [VENV], paths: [path.join(SETUP, "locks", "jupyter.txt")] }),
    isWhole: isEnvironmentWhole,
    make: async () => makeEnvironment(await findPython()),
  };
}

/** @param {import("./engine.mjs").Build} build @returns {Step} */
function tensorFlow(build) {
  return {
    name: "tensorflow",
    what: `Fetching TensorFlow${build.gpu ? " for your NVIDIA GPU" : ""}`,
    key: keyOf(tensorFlowInputs(build)),
    isWhole: () => hasTensorFlow(build),
    make: async () => fetchTensorFlow(build, await findPython()),
  };
}

/** @param {import("./engine.mjs").Build} build @returns {Step} */
function addon(build) {
  return {
    name: "addon",
    what: "Compiling TensorFlow's addon for Node",
    key: keyOf(addonInputs(build)),
    isWhole: hasAddon,
    make: () => compileAddon(findPython),
  };
}

/** @returns {Step} */
function courseBuild() {
  const parts = ["data", "kernel", "lib"];
  const sources = parts.flatMap((one) =>
    ["src", "package.json", "tsconfig.json"].map((name) => path.join(ROOT, one, name)),
  );
  return {
    name: "build",
    what: "Building the course's packages",
    key: keyOf({ paths: [...sources, path.join(ROOT, "tsconfig.base.json")] }),
    isWhole: () => parts.every((one) => existsSync(mainFile(path.join(ROOT, one)))),
    make: () => {
      for (const one of parts) rmSync(path.join(ROOT, one, "tsconfig.tsbuildinfo"), { force: true });
      return mustRun("Building the packages", "npm", ["run", "build", "--silent"]);
    },
  };
}

/** The file that a package is imported by. @param {string} folder */
const mainFile = (folder) =>
  path.join(folder, JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).main);
