// @ts-check
/**
 * TensorFlow for tfjs-node: the libraries and headers out of TensorFlow's Python wheel, and tfjs-node's own C++ addon
 * compiled against them (compiler.mjs). (tfjs-node's install script downloads an old TensorFlow from a host that many networks block.)
 */
import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { ADDON } from "./compiler.mjs";
import { isLink } from "./disk.mjs";
import { download } from "./download.mjs";
import { CACHE, ENGINE, PACKAGE, SETUP } from "./places.mjs";
import { mustRun } from "./run.mjs";

/**
 * @typedef {object} Build of TensorFlow
 * @property {"tensorflow-cpu" | "tensorflow"} wheel
 * @property {boolean} gpu
 * @property {[file: string, link: string][]} libraries in the wheel, and the linker's name for each
 */

/**
 * Which TensorFlow fits a machine.
 * @param {{ platform?: string, arch?: string, gpu?: boolean }} machine
 * @returns {Build}
 */
export function chooseBuild({ platform = process.platform, arch = process.arch, gpu = hasNvidia() } = {}) {
  if (platform === "darwin") {
    const libraries = /** @type {[string, string][]} */ ([
      ["libtensorflow_cc.2.dylib", "libtensorflow.dylib"],
      ["libtensorflow_framework.2.dylib", "libtensorflow_framework.dylib"],
    ]);
    return { wheel: "tensorflow", gpu: false, libraries };
  }
  const libraries = /** @type {[string, string][]} */ ([
    ["libtensorflow_cc.so.2", "libtensorflow.so"],
    ["libtensorflow_framework.so.2", "libtensorflow_framework.so"],
  ]);
  const isX64 = arch === "x64";
  return { wheel: isX64 && !gpu ? "tensorflow-cpu" : "tensorflow", gpu: gpu && isX64, libraries };
}

/** Whether an NVIDIA driver is loaded. */
export function hasNvidia() {
  return ["/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1"].some((name) => existsSync(name));
}

/**
 * Fetches TensorFlow's wheel and takes the libraries and headers out of it, into the cache's engine folder.
 * @param {Build} build
 * @param {string} python
 */
export async function fetchTensorFlow(build, python) {
  const fresh = path.join(CACHE, "deps.new");
  rmSync(fresh, { recursive: true, force: true });
  rmSync(ENGINE, { recursive: true, force: true });
  const wheels = path.join(CACHE, "wheels");
  const options = ["--python-version", "3.12"]; // the libraries are the same for every Python
  const [wheel] = await download("TensorFlow", build.wheel, path.join(wheels, build.wheel), python, options);
  const script = path.join(SETUP, "unpack_tensorflow.py");
  const names = build.libraries.map(([file]) => file);
  await mustRun("Unpacking TensorFlow", python, [script, wheel, fresh, ...names]);
  for (const [file, link] of build.libraries) symlinkSync(file, path.join(fresh, "lib", link));
  if (build.gpu) {
    // TensorFlow looks for CUDA's libraries in ../nvidia, as beside its Python package.
    const folder = path.join(wheels, "nvidia");
    for (const one of await download("CUDA's libraries", "nvidia", folder, python, options)) {
      await mustRun("Unpacking CUDA", python, ["-m", "zipfile", "-e", one, fresh]);
      rmSync(one);
    }
  }
  mkdirSync(ENGINE, { recursive: true });
  renameSync(fresh, path.join(ENGINE, "deps"));
  rmSync(wheels, { recursive: true, force: true });
}

/** Where tfjs-node looks for the engine: two links, and what they must point to. */
const links = () =>
  ["deps", "lib"].map((name) => ({
    link: path.join(PACKAGE, name),
    target: path.relative(PACKAGE, path.join(ENGINE, name)),
  }));

/** @param {{ link: string, target: string }} one */
const isRight = ({ link, target }) => isLink(link) && readlinkSync(link) === target;

/** Whether the engine is where tfjs-node looks for it. */
export const isEngineLinked = () => links().every(isRight);

/** Puts the engine where tfjs-node looks for it. */
export function linkEngine() {
  for (const { link, target } of links().filter((one) => !isRight(one))) {
    rmSync(link, { recursive: true, force: true });
    symlinkSync(target, link);
  }
}

/** The first of TensorFlow's files that is not there. @param {Build} build */
export const missingLibrary = (build) =>
  build.libraries
    .flat()
    .map((name) => path.join(ENGINE, "deps", "lib", name))
    .find((file) => !existsSync(file));

/** The addon's file where it is not there. */
export const missingAddon = () => [path.join(ENGINE, ADDON)].find((file) => !existsSync(file));

/** What TensorFlow's files come from, for their stamp. @param {Build} build */
export function tensorFlowInputs(build) {
  const locks = [build.wheel, ...(build.gpu ? ["nvidia"] : [])];
  return {
    texts: [process.platform, process.arch],
    paths: [
      ...locks.map((name) => path.join(SETUP, "locks", `${name}.txt`)),
      path.join(SETUP, "unpack_tensorflow.py"),
    ],
  };
}

/** What the addon is made from, for its stamp. @param {Build} build */
export function addonInputs(build) {
  const { texts, paths } = tensorFlowInputs(build);
  const sources = [path.join(PACKAGE, "binding"), path.join(SETUP, "compiler.mjs")];
  return { texts, paths: [...paths, ...sources] };
}
