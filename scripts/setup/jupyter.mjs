// @ts-check
/** JupyterLab in the project's own Python environment, with a TypeScript kernel. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { countTeller } from "./download.mjs";
import { PIP, ROOT, SETUP, VENV, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";

const KERNEL = path.join(VENV, "share", "jupyter", "kernels", "tslab", "kernel.json");
const LAB_SETTINGS = path.join(VENV, "share", "jupyter", "lab", "settings", "overrides.json");
const SERVER_SETTINGS = path.join(VENV, "etc", "jupyter", "jupyter_server_config.json");

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

/** Writes the kernel's description, and the settings of JupyterLab and its server. */
export function writeKernel() {
  write(KERNEL, {
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
  });
  write(LAB_SETTINGS, {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyterlab/notebook-extension:tracker": {
      kernelShutdown: true, // a kernel keeps its memory as long as it runs, and a closed notebook needs none
      autoStartDefaultKernel: true, // there is one kernel to choose from
    },
  });
  write(SERVER_SETTINGS, {
    // The only kernel in which the course works; Python's is there because JupyterLab brings it.
    KernelSpecManager: { allowed_kernelspecs: ["tslab"], ensure_native_kernel: false },
    MultiKernelManager: { default_kernel_name: "tslab" },
    // The kernel gathers what is printed; the server's own limit would drop what is more than it likes.
    ZMQChannelsWebsocketConnection: { limit_rate: false },
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
