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
export const PACKAGE_LOCK = path.join(ROOT, "package-lock.json");
/** tfjs-node's package. */
export const PACKAGE = path.join(ROOT, "node_modules", "@tensorflow", "tfjs-node-gpu");
/** A folder for each set-up that is under way, named by its process. */
export const RUNNING = path.join(CACHE, "running");
/** This process's. */
export const OWN_RUNNING = path.join(RUNNING, String(process.pid));
/** Its temporary files and package caches. */
export const SCRATCH = path.join(OWN_RUNNING, "scratch");
export const SETUP = path.join(ROOT, "scripts", "setup");
/** pip as a wheel, which runs without being installed: some systems' Python comes without pip. */
export const PIP = path.join(SETUP, "pip-26.3-py3-none-any.whl", "pip");
