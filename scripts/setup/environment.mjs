// @ts-check
/** The environments in which our programs run: the user's network settings hold, other settings of our programs do not. */
import path from "node:path";
import { CACHE, SCRATCH, VENV } from "./places.mjs";

/** @typedef {Record<string, string | undefined>} Environment */

/** Where JupyterLab keeps what it remembers. */
export const STATE = path.join(CACHE, "jupyter");

/**
 * Settings of Python, Jupyter and its parts. One of them can bring in another kernel, another server's address or a
 * file that the server runs as it starts. (JUPYTER_ENV is this project's own.)
 */
const OTHERS =
  /^(PYTHON|__PYVENV_LAUNCHER__$|VIRTUAL_ENV|JUPYTER(?!_ENV$)|JPY_|JLAB_|JPBLD_|JP_LSP_|IPYTHON|IPY_|GATEWAY_|KERNEL_|NBFORMAT_|NBCONVERT_|TRAITLETS_|NODE_ENV$|NODE_PATH$|NODE_PENDING_DEPRECATION$)/;

/** Node's options that say how to reach the network. */
const NETWORK_OPTION =
  /^--(use-(openssl|bundled|system)-ca|use-env-proxy|openssl-.+|tls-.+|dns-result-order=.+|(no-)?network-family-autoselection.*|max-http-header-size=.+)$/;

/** @param {string | undefined} options as in NODE_OPTIONS */
export function networkOptions(options = "") {
  return (
    options
      .split(/\s+/)
      .filter((option) => NETWORK_OPTION.test(option))
      .join(" ") || undefined
  );
}

/** The user's environment without settings of the programs that we run. @returns {Environment} */
function withoutSettings() {
  const kept = Object.entries(process.env).filter(([name]) => !OTHERS.test(name));
  return {
    ...Object.fromEntries(kept),
    NODE_OPTIONS: networkOptions(process.env.NODE_OPTIONS),
    PATH: `${path.join(VENV, "bin")}${path.delimiter}${process.env.PATH ?? ""}`,
  };
}

/**
 * The environment of JupyterLab, its kernels and the tests. Jupyter and Python read settings, and write, in the project
 * and in the folder where JupyterLab keeps what it remembers, and nowhere else.
 * @param {{ state?: string, data?: string }} [places] of what JupyterLab remembers, and of kernels that win over the project's
 * @returns {Environment}
 */
export function environment({ state = STATE, data } = {}) {
  return {
    ...withoutSettings(),
    JUPYTER_PATH: data,
    JUPYTER_CONFIG_DIR: path.join(state, "config"),
    JUPYTER_DATA_DIR: path.join(state, "data"),
    JUPYTER_RUNTIME_DIR: path.join(state, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: path.join(state, "lab-settings"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(state, "lab-workspaces"),
    IPYTHONDIR: path.join(state, "ipython"),
    npm_config_cache: path.join(state, "npm"), // JupyterLab asks npm for language servers, and npm writes a log
    JUPYTER_PREFER_ENV_PATH: "1",
    // With these, Jupyter takes the project's folders for the system's, and not /etc/jupyter or /usr/share/jupyter.
    JUPYTER_PLATFORM_DIRS: "1",
    XDG_CONFIG_DIRS: path.join(VENV, "etc"),
    XDG_DATA_DIRS: path.join(VENV, "share"),
  };
}

/**
 * The environment of set-up's own programs: their caches and temporary files stay inside the project.
 * @returns {Environment}
 */
export function setupEnvironment() {
  return {
    ...withoutSettings(),
    TMPDIR: SCRATCH,
    PIP_CACHE_DIR: path.join(SCRATCH, "pip"),
    npm_config_cache: path.join(SCRATCH, "npm"),
  };
}
