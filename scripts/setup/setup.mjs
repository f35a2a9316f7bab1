// @ts-check
/** Set-up: everything between a fresh clone and a course that runs. What is done is not done again. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { endingChildren, endLeftOvers, leftOvers } from "./children.mjs";
import { compileAddon } from "./compiler.mjs";
import { isWritable, sizeOf } from "./disk.mjs";
import {
  addonInputs,
  chooseBuild,
  fetchTensorFlow,
  isEngineLinked,
  linkEngine,
  missingAddon,
  missingLibrary,
  tensorFlowInputs,
} from "./engine.mjs";
import { isKernelWritten, makeEnvironment, missingInEnvironment, writeKernel } from "./jupyter.mjs";
import { arePartsWritten, writeParts } from "./jupyter-parts.mjs";
import { withLock } from "./lock.mjs";
import { packedHere } from "./packed.mjs";
import { installPackages, missingPackage, withoutRefused } from "./packages.mjs";
import { CACHE, PACKAGE_LOCK, ROOT, SCRATCH, SETUP, VENV } from "./places.mjs";
import { Problem, WriteProblem } from "./problem.mjs";
import { checkDisk, checkFolder, checkLibrary, checkPlatform, findPython } from "./requirements.mjs";
import { mustRun } from "./run.mjs";
import { isDone, keyOf, markDone, markUndone } from "./stamps.mjs";

/** What a set-up that was killed may leave, beside its own folder; "scratch" is of earlier versions. */
const HALF_MADE = ["compiler", "wheels", "deps.new", "packing", "scratch"].map((name) =>
  path.join(CACHE, name),
);

/**
 * @param {{ cpu?: boolean }} [options] cpu: refuse the GPU
 * @throws Problem with what the user can do
 */
export async function setUp({ cpu = false } = {}) {
  checkPlatform();
  checkFolder();
  const { gpu = cpu ? false : undefined } = packedHere() ?? {}; // an archive has its TensorFlow with it
  const build = chooseBuild({ gpu });
  // What is complete needs no lock and no write: the folder may be another user's, or read-only.
  const lack = whatLacks(build);
  if (lack === undefined) return;
  await withLock(() => endingChildren(() => work(build))).catch((error) => {
    throw error instanceof WriteProblem
      ? new Problem(`${error.message}\n\nNot done here yet: ${lack}`)
      : error;
  });
}

/**
 * The first thing that is not done.
 * @param {import("./engine.mjs").Build} build
 * @returns {string | undefined} for people
 */
function whatLacks(build) {
  const step = largeSteps(build).find(isMissing) ?? smallSteps(build).find(isMissing);
  if (step) {
    const place = step.missing();
    return `${step.what} (${place === undefined ? "what it starts from has changed" : `${place} is not there, or not for you to read`})`;
  }
  if (!isEngineLinked()) return "Linking TensorFlow";
  if (!arePartsWritten()) return "Adding the course's figures and exports to JupyterLab";
  const isClear = leftOvers().length === 0 && !HALF_MADE.some((name) => existsSync(name));
  if (isKernelWritten() && isClear) return undefined;
  // The kernel's description depends on who starts; where it cannot be written here, preparePlaces finds another place.
  return isWritable(CACHE) && isWritable(VENV) ? "Describing the kernel, and clearing up" : undefined;
}

/** @param {import("./engine.mjs").Build} build */
async function work(build) {
  const started = performance.now();
  await endLeftOvers();
  const large = largeSteps(build).filter(isMissing);
  if (large.length > 0) {
    checkLibrary();
    await findPython();
    checkDisk({ gpu: build.gpu, isPacked: packedHere() !== undefined });
  }
  // These three wait for the network more than for the processor.
  await Promise.all(large.map(perform));
  for (const step of smallSteps(build).filter(isMissing)) await perform(step);
  linkEngine();
  writeKernel();
  writeParts();
  for (const name of [SCRATCH, ...HALF_MADE]) rmSync(name, { recursive: true, force: true });
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
 * @property {() => string | undefined} missing what of its result is not there
 * @property {() => Promise<unknown>} make
 */

/** @param {import("./engine.mjs").Build} build */
const largeSteps = (build) => [packages(), jupyter(), tensorFlow(build)];

/** What is made from the large ones. @param {import("./engine.mjs").Build} build */
const smallSteps = (build) => [addon(build), courseBuild()];

/** @param {Step} step */
const isMissing = ({ name, key, missing }) => !isDone(name, key) || missing() !== undefined;

/** @param {Step} step */
async function perform({ name, what, key, missing, make }) {
  console.log(`${what} ...`);
  const started = performance.now();
  markUndone(name);
  await make();
  const gap = missing();
  if (gap !== undefined) {
    throw new Problem(
      `${what} ended well, but ${gap} is not there. A setting of npm's or Python's may have sent it elsewhere, or left it out.`,
    );
  }
  markDone(name, key);
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

/** @returns {Step} */
function packages() {
  return {
    name: "packages",
    what: "Installing the npm packages",
    key: keyOf({ paths: [PACKAGE_LOCK] }),
    missing: missingPackage,
    make: installPackages,
  };
}

/** @returns {Step} */
function jupyter() {
  return {
    name: "jupyter",
    what: "Installing JupyterLab",
    key: keyOf({ texts: [VENV], paths: [path.join(SETUP, "locks", "jupyter.txt")] }),
    missing: missingInEnvironment,
    make: async () => makeEnvironment(await findPython()),
  };
}

/** @param {import("./engine.mjs").Build} build @returns {Step} */
function tensorFlow(build) {
  return {
    name: "tensorflow",
    what: `Fetching TensorFlow${build.gpu ? " for your NVIDIA GPU" : ""}`,
    key: keyOf(tensorFlowInputs(build)),
    missing: () => missingLibrary(build),
    make: async () => fetchTensorFlow(build, await findPython()),
  };
}

/** @param {import("./engine.mjs").Build} build @returns {Step} */
function addon(build) {
  return {
    name: "addon",
    what: "Compiling TensorFlow's addon for Node",
    key: keyOf(addonInputs(build)),
    missing: missingAddon,
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
    missing: () => parts.map((one) => mainFile(path.join(ROOT, one))).find((file) => !existsSync(file)),
    make: () => {
      for (const one of parts) rmSync(path.join(ROOT, one, "tsconfig.tsbuildinfo"), { force: true });
      const args = ["run", "build", "--silent", "--script-shell=/bin/sh", "--node-options="];
      return mustRun("Building the packages", "npm", args, { env: withoutRefused() });
    },
  };
}

/** The file that a package is imported by. @param {string} folder */
const mainFile = (folder) =>
  path.join(folder, JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).main);
