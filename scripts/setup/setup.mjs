// @ts-check
/** Set-up: everything between a fresh clone and a course that runs. What is done is not done again. */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { chooseBuild, engineInputs, isEngineWhole, linkEngine, makeEngine } from "./engine.mjs";
import { isEnvironmentWhole, makeEnvironment, writeKernel } from "./jupyter.mjs";
import { withLock } from "./lock.mjs";
import { CACHE, ROOT, SETUP, VENV } from "./places.mjs";
import { checkDisk, checkNode, checkPlatform, findPython } from "./requirements.mjs";
import { mustRun } from "./run.mjs";
import { isDone, keyOf, markDone, markUndone } from "./stamps.mjs";

/**
 * @param {{ cpu?: boolean }} [options] cpu: refuse the GPU
 */
export async function setUp({ cpu = false } = {}) {
  checkNode();
  checkPlatform();
  await withLock(async () => {
    const started = performance.now();
    const isReady = [packagesReady(), environmentReady()];
    if (isReady.includes(false) || !existsSync(path.join(CACHE, "stamps", "engine"))) checkDisk();
    await Promise.all([installPackages(), installJupyter()]);
    await installEngine(cpu);
    await build();
    writeKernel();
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 5) console.log(`Set-up is done (${seconds.toFixed(0)} s).`);
  });
}

const packagesKey = () => keyOf({ paths: [path.join(ROOT, "package-lock.json")] });
const packagesReady = () =>
  isDone("packages", packagesKey()) && existsSync(path.join(ROOT, "node_modules", "tslab"));
const environmentKey = () => keyOf({ texts: [VENV], paths: [path.join(SETUP, "locks", "jupyter.txt")] });
const environmentReady = () => isDone("jupyter", environmentKey()) && isEnvironmentWhole();

async function installPackages() {
  if (packagesReady()) return;
  await step("packages", "Installing the npm packages (about 20 s)", packagesKey(), () =>
    mustRun("Installing the npm packages", "npm", [
      "ci",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
    ]),
  );
}

async function installJupyter() {
  if (environmentReady()) return;
  await step("jupyter", "Installing JupyterLab (about 40 s)", environmentKey(), async () => {
    await makeEnvironment(await findPython());
  });
}

/** @param {boolean} cpu */
async function installEngine(cpu) {
  const chosen = chooseBuild(cpu ? { gpu: false } : {});
  const key = keyOf(engineInputs(chosen));
  if (!isDone("engine", key)) {
    const name = `TensorFlow${chosen.gpu ? " for your NVIDIA GPU" : ""}`;
    await step("engine", `Fetching ${name} and compiling its addon (about 30 s)`, key, () =>
      makeEngine(chosen),
    );
  }
  linkEngine();
  if (isEngineWhole()) return;
  await step("engine", "Mending TensorFlow", key, () => makeEngine(chosen));
  linkEngine();
}

async function build() {
  const sources = ["lib", "data"].flatMap((one) =>
    ["src", "package.json", "tsconfig.json"].map((name) => path.join(ROOT, one, name)),
  );
  const key = keyOf({ paths: [...sources, path.join(ROOT, "tsconfig.base.json")] });
  const built = ["lib", "data"].every((one) => existsSync(path.join(ROOT, one, "dist", "index.js")));
  if (built && isDone("build", key)) return;
  await step("build", "Building the course's packages", key, async () => {
    for (const one of ["lib", "data"]) rmSync(path.join(ROOT, one, "tsconfig.tsbuildinfo"), { force: true });
    await mustRun("Building the packages", "npm", ["run", "build", "--silent"]);
  });
}

/**
 * One step of set-up, told with its time.
 * @param {string} name
 * @param {string} what
 * @param {string} key
 * @param {() => Promise<unknown>} work
 */
async function step(name, what, key, work) {
  console.log(`${what} ...`);
  const started = performance.now();
  markUndone(name);
  await work();
  markDone(name, key);
  console.log(`${what.replace(/ \(.*/, "")}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
