// @ts-check
/** JupyterLab in the project's own Python environment, with a TypeScript kernel. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { countTeller } from "./download.mjs";
import { PIP, ROOT, SETUP, VENV, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";

const KERNEL = path.join(VENV, "share", "jupyter", "kernels", "tslab", "kernel.json");
const SETTINGS = path.join(VENV, "share", "jupyter", "lab", "settings", "overrides.json");

/**
 * Makes the environment and installs JupyterLab and Plotly's renderer, versions and hashes locked.
 * @param {string} python
 */
export async function makeEnvironment(python) {
  rmSync(VENV, { recursive: true, force: true });
  await mustRun("Making the Python environment", python, ["-m", "venv", "--without-pip", VENV]);
  const lock = path.join(SETUP, "locks", "jupyter.txt");
  const args = [
    PIP,
    "install",
    "--require-hashes",
    "--only-binary=:all:",
    "--no-compile",
    "--no-warn-script-location",
  ];
  const total = readFileSync(lock, "utf8").match(/^[\w.-]+==[^;\n]*\\$/gm)?.length ?? 0;
  await mustRun("Installing JupyterLab", VENV_PYTHON, [...args, "--progress-bar=off", "-r", lock], {
    onLine: countTeller("JupyterLab's packages", /^Collecting /, total),
  });
}

/** Whether the environment is there and belongs to this folder (a moved one does not work). */
export function isEnvironmentWhole() {
  const script = path.join(VENV, "bin", "jupyter-lab");
  return existsSync(VENV_PYTHON) && existsSync(script) && readFileSync(script, "utf8").includes(VENV);
}

/** Writes the kernel's description and the settings that a first start would ask about. */
export function writeKernel() {
  const kernel = {
    argv: [
      process.execPath,
      "--max-semi-space-size=4", // Node's default keeps 25 MB more, for each kernel
      path.join(ROOT, "scripts", "kernel", "tslab.cjs"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
    display_name: "TypeScript",
    language: "typescript",
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
  };
  write(KERNEL, kernel);
  write(SETTINGS, {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

/**
 * @param {string} file
 * @param {object} content
 */
function write(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
