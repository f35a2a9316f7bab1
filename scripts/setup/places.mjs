// @ts-check
/** Where set-up puts things. Everything lies inside the project's folder. */
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
/** What set-up made and may throw away. */
export const CACHE = path.join(ROOT, ".cache");
/** The Python environment with JupyterLab. */
export const VENV = path.join(ROOT, ".venv");
export const VENV_PYTHON = path.join(VENV, "bin", "python");
/** TensorFlow's libraries and the compiled addon, outside node_modules, so that `npm ci` does not delete them. */
export const ENGINE = path.join(CACHE, "engine");
/** tfjs-node's package. */
export const PACKAGE = path.join(ROOT, "node_modules", "@tensorflow", "tfjs-node-gpu");
/** Temporary files and package caches of a set-up that is under way. */
export const SCRATCH = path.join(CACHE, "scratch");
export const SETUP = path.join(ROOT, "scripts", "setup");
/** pip as a wheel, which runs without being installed: some systems' Python comes without pip. */
export const PIP = path.join(SETUP, "pip-26.3-py3-none-any.whl", "pip");

/**
 * The environment in which everything of ours runs: no file outside the project is read as a setting or written.
 * @returns {Record<string, string | undefined>}
 */
export function environment() {
  const jupyter = path.join(CACHE, "jupyter");
  return {
    ...process.env,
    PYTHONHOME: undefined,
    PYTHONPATH: undefined,
    PYTHONDONTWRITEBYTECODE: undefined, // JupyterLab starts twice as fast with compiled modules
    PATH: `${path.join(VENV, "bin")}${path.delimiter}${process.env.PATH ?? ""}`,
    JUPYTER_CONFIG_DIR: path.join(jupyter, "config"),
    JUPYTER_DATA_DIR: path.join(jupyter, "data"),
    JUPYTER_RUNTIME_DIR: path.join(jupyter, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: path.join(jupyter, "lab-settings"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(jupyter, "lab-workspaces"),
    IPYTHONDIR: path.join(jupyter, "ipython"),
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_PLATFORM_DIRS: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  };
}

/**
 * The environment of set-up's own programs: also their caches and temporary files stay inside the project.
 * @returns {Record<string, string | undefined>}
 */
export function setupEnvironment() {
  return {
    ...environment(),
    TMPDIR: SCRATCH,
    PIP_CACHE_DIR: path.join(SCRATCH, "pip"),
    PIP_USER: "0",
    PIP_NO_INPUT: "1",
    npm_config_cache: path.join(SCRATCH, "npm"),
  };
}
