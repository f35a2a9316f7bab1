// @ts-check
/** Compiles tfjs-node's C++ addon: with the machine's compiler, or with one from a Python package, removed afterwards. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { download } from "./download.mjs";
import { CACHE, ENGINE, PACKAGE, ROOT } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { mustRun, run } from "./run.mjs";

export const ADDON = path.join("lib", "napi-v8", "tfjs_binding.node");

/**
 * @typedef {object} Compiler
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env]
 */

/**
 * Compiles the addon against the engine's libraries, and checks that it loads.
 * @param {() => Promise<string>} python
 */
export async function compileAddon(python) {
  const own = await findCompiler();
  if (own) {
    try {
      return await compile(own);
    } catch (error) {
      if (process.platform !== "linux" || !(error instanceof Problem)) throw error;
      console.log(
        `  ${own.command} of this machine does not manage it. ${error.message.replaceAll("\n", "\n  ")}`,
      );
    }
  }
  if (process.platform !== "linux") {
    throw new Problem(
      "There is no C++ compiler. Install Xcode's command line tools (`xcode-select --install`) and run the command again.",
    );
  }
  const what = own ? "fetching another compiler" : "no C++ compiler here: fetching one";
  console.log(`  ${what} (ziglang), for this step only (1 to 2 minutes)`);
  const folder = path.join(CACHE, "compiler");
  await compile(await fetchZig(folder, await python()));
  rmSync(folder, { recursive: true, force: true });
}

/** The machine's own C++ compiler. @returns {Promise<Compiler | undefined>} */
export async function findCompiler() {
  for (const command of ["c++", "g++", "clang++"]) {
    const { status } = await run(command, ["--version"]);
    if (status === 0) return { command, args: [] };
  }
  return undefined;
}

/**
 * @param {string} folder
 * @param {string} python
 * @returns {Promise<Compiler>}
 */
async function fetchZig(folder, python) {
  const [wheel] = await download("the compiler", "ziglang", path.join(folder, "wheel"), python);
  await mustRun("Unpacking the compiler", python, ["-m", "zipfile", "-e", wheel, folder]);
  const command = path.join(folder, "ziglang", "zig");
  await mustRun("Unpacking the compiler", "chmod", ["+x", command]);
  const target = `${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu.2.28`;
  const cache = path.join(folder, "cache");
  return {
    command,
    args: ["c++", "-target", target],
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  };
}

/** @param {Compiler} compiler */
async function compile({ command, args, env }) {
  const output = path.join(ENGINE, ADDON);
  const fresh = `${output}.new`;
  mkdirSync(path.dirname(output), { recursive: true });
  await mustRun("Compiling the addon", command, [...args, ...flags(), "-o", fresh], { env });
  const load = "process.dlopen({ exports: {} }, process.argv[1])";
  await mustRun("Loading the addon", process.execPath, ["-e", load, fresh]);
  renameSync(fresh, output);
}

/** @param {string} [platform] as in process.platform */
export function flags(platform = process.platform) {
  const deps = path.join(ENGINE, "deps");
  const isMac = platform === "darwin";
  return [
    ...["-O2", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    ...(isMac ? ["-undefined", "dynamic_lookup"] : []),
    `-I${path.join(ROOT, "node_modules", "node-api-headers", "include")}`,
    `-I${PACKAGE}`,
    `-I${path.join(deps, "include")}`,
    path.join(PACKAGE, "binding", "tfjs_backend.cc"),
    path.join(PACKAGE, "binding", "tfjs_binding.cc"),
    ...[`-L${path.join(deps, "lib")}`, "-ltensorflow", "-ltensorflow_framework"],
    `-Wl,-rpath,${isMac ? "@loader_path" : "$ORIGIN"}/../../deps/lib`,
  ];
}
