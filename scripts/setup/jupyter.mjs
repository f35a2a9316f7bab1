// @ts-check
/** JupyterLab in the project's own Python environment, with a TypeScript kernel. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { countTeller } from "./download.mjs";
import { packedOptions } from "./packed.mjs";
import { pip } from "./pip.mjs";
import { ROOT, SETUP, VENV, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";

/**
 * Makes the environment and installs JupyterLab and Plotly's renderer, versions and hashes locked.
 * @param {string} python
 */
export async function makeEnvironment(python) {
  rmSync(VENV, { recursive: true, force: true });
  await mustRun("Making the Python environment", python, ["-m", "venv", "--without-pip", VENV]);
  const lock = path.join(SETUP, "locks", "jupyter.txt");
  const args = ["--require-hashes", "--only-binary=:all:", "--no-compile", "--no-warn-script-location"];
  const total = readFileSync(lock, "utf8").match(/^[\w.-]+==[^;\n]*\\$/gm)?.length ?? 0;
  await pip(
    "Installing JupyterLab",
    VENV_PYTHON,
    ["install", ...args, ...packedOptions(python), "--progress-bar=off", "-r", lock],
    countTeller("JupyterLab's packages", /^Collecting /, total),
  );
}

/**
 * What the environment lacks. One that was moved here, or whose Python is another version by now, does not work.
 * @returns {string | undefined}
 */
export function missingInEnvironment() {
  const script = path.join(VENV, "bin", "jupyter-lab");
  if (!existsSync(VENV_PYTHON)) return VENV_PYTHON;
  if (!existsSync(script) || !readFileSync(script, "utf8").includes(VENV)) return script;
  const find = "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterlab') is None)";
  const { status } = spawnSync(VENV_PYTHON, ["-I", "-c", find]);
  return status === 0 ? undefined : `jupyterlab in ${VENV}`;
}

/** What Jupyter must know of the course, by its place in a Python environment. @returns {Record<string, object>} */
const descriptions = () => ({
  "share/jupyter/kernels/tslab/kernel.json": {
    argv: [
      process.execPath,
      "--max-semi-space-size=4", // Node's default keeps 25 MB more, for each kernel
      "--expose-gc", // an idle kernel gives back what it no longer needs
      path.join(ROOT, "kernel", "dist", "main.js"),
      "{connection_file}",
    ],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message", // heard by a thread of the kernel's own, whatever the cell does
    env: {
      TF_CPP_MIN_LOG_LEVEL: "2",
      // GNU's malloc gives large buffers back to the system at once, and keeps no pool for each thread: a kernel that
      // samples takes a third less memory for it.
      MALLOC_TRIM_THRESHOLD_: "131072",
      MALLOC_ARENA_MAX: "2",
    },
  },
  "share/jupyter/lab/settings/overrides.json": {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyterlab/notebook-extension:tracker": {
      kernelShutdown: true, // a kernel keeps its memory as long as it runs, and a closed notebook needs none
      autoStartDefaultKernel: true, // there is one kernel to choose from
    },
    // The notebooks link to the reference and to the cheat sheet, which are to be read.
    "@jupyterlab/docmanager-extension:plugin": { defaultViewers: { markdown: "Markdown Preview" } },
  },
  "etc/jupyter/jupyter_server_config.json": {
    // The only kernel in which the course works; Python's is there because JupyterLab brings it.
    KernelSpecManager: { allowed_kernelspecs: ["tslab"], ensure_native_kernel: false },
    MultiKernelManager: { default_kernel_name: "tslab" },
    // The kernel gathers what is printed; the server's own limit would drop what is more than it likes.
    ZMQChannelsWebsocketConnection: { limit_rate: false },
  },
  "etc/jupyter/jupyter_server_config.py": readFileSync(
    path.join(ROOT, "jupyter", "server", "jupyter_server_config.py"),
    "utf8",
  ),
});

/** The descriptions that are missing or other than they must be. @param {string} place @returns {[file: string, text: string][]} */
const wrongDescriptions = (place) =>
  Object.entries(descriptions())
    .map(([name, content]) => {
      const text = typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
      return /** @type {[string, string]} */ ([path.join(place, name), text]);
    })
    .filter(([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text);

/** Whether the kernel's description, and the settings of JupyterLab and its server, are as they must be. */
export const isKernelWritten = () => wrongDescriptions(VENV).length === 0;

/**
 * Writes the kernel's description, and the settings of JupyterLab and its server, where they differ.
 * @param {string} [place] laid out as a Python environment
 */
export function writeKernel(place = VENV) {
  for (const [file, text] of wrongDescriptions(place)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
}
