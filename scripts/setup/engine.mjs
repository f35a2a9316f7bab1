// @ts-check
/**
 * TensorFlow for tfjs-node: the libraries and headers out of TensorFlow's Python wheel, and tfjs-node's own C++ addon
 * compiled against them. (tfjs-node's install script downloads an old TensorFlow from a host that many networks block.)
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { download } from "./download.mjs";
import { CACHE, ENGINE, ROOT, SETUP, VENV_PYTHON } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { mustRun, run } from "./run.mjs";

/** tfjs-node's package folder. */
const PACKAGE = path.join(ROOT, "node_modules", "@tensorflow", "tfjs-node-gpu");
const ADDON = path.join("lib", "napi-v8", "tfjs_binding.node");

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
  return existsSync("/proc/driver/nvidia/version");
}

/**
 * Fetches and unpacks TensorFlow, compiles the addon, and leaves both in the cache's engine folder.
 * @param {Build} build
 */
export async function makeEngine(build) {
  const fresh = `${ENGINE}.new`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(ENGINE, { recursive: true, force: true });
  const wheels = path.join(CACHE, "wheels");
  const [wheel] = await download("TensorFlow", build.wheel, path.join(wheels, build.wheel), ["--python-version", "3.12"]);
  const script = path.join(SETUP, "unpack_tensorflow.py");
  mkdirSync(fresh, { recursive: true });
  const names = build.libraries.map(([file]) => file);
  await mustRun("Unpacking TensorFlow", VENV_PYTHON, [script, wheel, path.join(fresh, "deps"), ...names]);
  for (const [file, link] of build.libraries) symlinkSync(file, path.join(fresh, "deps", "lib", link));
  if (build.gpu) {
    // TensorFlow looks for CUDA's libraries in ../nvidia, as beside its Python package.
    for (const one of await download("CUDA's libraries", "nvidia", path.join(wheels, "nvidia"), ["--python-version", "3.12"])) {
      await mustRun("Unpacking CUDA", VENV_PYTHON, ["-m", "zipfile", "-e", one, path.join(fresh, "deps")]);
    }
  }
  rmSync(wheels, { recursive: true, force: true });
  await compile(fresh);
  renameSync(fresh, ENGINE);
}

/** @param {string} folder with deps/ */
async function compile(folder) {
  const compiler = await findCompiler();
  const output = path.join(folder, ADDON);
  mkdirSync(path.dirname(output), { recursive: true });
  const deps = path.join(folder, "deps");
  const origin = process.platform === "darwin" ? "@loader_path" : "$ORIGIN";
  const args = [
    ...compiler.args,
    ...["-O2", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
    `-I${path.join(ROOT, "node_modules", "node-api-headers", "include")}`,
    `-I${PACKAGE}`,
    `-I${path.join(deps, "include")}`,
    path.join(PACKAGE, "binding", "tfjs_backend.cc"),
    path.join(PACKAGE, "binding", "tfjs_binding.cc"),
    ...["-o", output, `-L${path.join(deps, "lib")}`, "-ltensorflow", "-ltensorflow_framework"],
    `-Wl,-rpath,${origin}/../../deps/lib`,
  ];
  await mustRun("Compiling the addon", compiler.command, args, { env: compiler.env });
  compiler.remove();
}

/**
 * A C++ compiler: the machine's, or one from a Python package, which is removed afterwards.
 * @returns {Promise<{ command: string, args: string[], env: Record<string, string>, remove: () => void }>}
 */
async function findCompiler() {
  for (const command of ["c++", "g++", "clang++"]) {
    const { status } = await run(command, ["--version"]);
    if (status === 0) return { command, args: [], env: {}, remove: () => undefined };
  }
  if (process.platform !== "linux") {
    throw new Problem(
      "There is no C++ compiler. Install Xcode's command line tools (`xcode-select --install`) and run the command again.",
    );
  }
  console.log("  no C++ compiler here; fetching one (ziglang), for this step only");
  const folder = path.join(CACHE, "compiler");
  rmSync(folder, { recursive: true, force: true });
  const [wheel] = await download("The compiler", "ziglang", folder);
  await mustRun("Unpacking the compiler", VENV_PYTHON, ["-m", "zipfile", "-e", wheel, folder]);
  rmSync(wheel);
  const command = path.join(folder, "ziglang", "zig");
  await mustRun("Unpacking the compiler", "chmod", ["+x", command]);
  const target = `${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu.2.28`;
  const cache = path.join(folder, "cache");
  return {
    command,
    args: ["c++", "-target", target],
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Puts the engine where tfjs-node looks for it: two links into the cache. */
export function linkEngine() {
  for (const name of ["deps", "lib"]) {
    const link = path.join(PACKAGE, name);
    const target = path.relative(PACKAGE, path.join(ENGINE, name));
    if (isThere(link)) rmSync(link, { recursive: true });
    symlinkSync(target, link);
  }
}

/** @param {string} name a file, folder or link, also a broken one */
function isThere(name) {
  try {
    lstatSync(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the engine's files are all there. */
export function isEngineWhole() {
  const deps = path.join(ENGINE, "deps");
  return (
    existsSync(path.join(ENGINE, ADDON)) &&
    existsSync(path.join(PACKAGE, ADDON)) &&
    readdirSync(path.join(deps, "lib")).length >= 4
  );
}

/** What the engine is made from, for its stamp. @param {Build} build */
export function engineInputs(build) {
  const version = JSON.parse(readFileSync(path.join(PACKAGE, "package.json"), "utf8")).version;
  const locks = [build.wheel, ...(build.gpu ? ["nvidia"] : [])].map((name) =>
    path.join(SETUP, "locks", `${name}.txt`),
  );
  return {
    texts: [version, process.platform, process.arch],
    paths: [...locks, path.join(SETUP, "engine.mjs")],
  };
}
