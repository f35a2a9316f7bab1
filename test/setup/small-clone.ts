/**
 * A clone of the project with small things in place of the large ones: a few tiny npm packages, two tiny wheels, an addon
 * of one line. Set-up itself is the project's own, and works on them as on the real ones, without a network.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { moduleText, SETUP } from "./module";

const WRITE_WHEEL = `import json, sys, zipfile
file, project, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(file, "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
    info = project.replace("-", "_") + "-1.0.dist-info/"
    wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\\nName: {project}\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    if project == "jupyterlab":
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\njupyter-lab = json:loads\\n")
    wheel.writestr(info + "RECORD", "")`;

const HEADERS = [
  ...["c_api", "c_api_macros", "tf_attrtype", "tf_buffer", "tf_datatype", "tf_status", "tf_tensor"].map(
    (name) => `tensorflow/c/${name}.h`,
  ),
  ...["tensorflow/c/tf_tstring.h", "tensorflow/c/eager/c_api.h", "xla/tsl/c/tsl_status.h"],
  ...["tensorflow/core", "tsl"].flatMap((root) =>
    ["ctstring", "ctstring_internal"].map((name) => `${root}/platform/${name}.h`),
  ),
].map((name) => `tensorflow/include/${name}`);
/** The course's own packages. */
const PARTS = ["data", "kernel", "lib"];
export const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const ADDON = 'extern "C" void *napi_register_module_v1(void *, void *) { return nullptr; }\n';

/** Why a small clone cannot be set up here; undefined where it can. */
export function whyNot(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64")
    return "the small things are made for Linux on x64";
  const compiler = spawnSync("c++", ["--version"]);
  return compiler.status === 0
    ? undefined
    : "there is no C++ compiler here, and fetching one needs a network";
}

/** A small clone. */
export class SmallClone {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "small-clone-"));
  private readonly wheels = path.join(this.folder, "wheels");

  constructor() {
    cpSync(SETUP, this.path("scripts", "setup"), {
      recursive: true,
      filter: (name) => !name.includes("__pycache__"),
    });
    cpSync(path.join(SETUP, "..", "..", "jupyter"), this.path("jupyter"), { recursive: true });
    for (const part of PARTS) {
      this.write(`${part}/src/index.ts`, "export {};\n");
      const main = "dist/index.js";
      this.write(`${part}/package.json`, JSON.stringify({ name: `small-${part}`, version: "1.0.0", main }));
      this.write(`${part}/tsconfig.json`, "{}");
    }
    this.write("tsconfig.base.json", "{}");
    this.writeBuild();
    this.writePackages();
    this.writeWheel("jupyter", "jupyterlab", { "jupyterlab.py": "" });
    this.writeTensorFlow();
  }

  /** What the build step runs. */
  writeBuild(text?: string): void {
    const build = `const { mkdirSync, writeFileSync } = require("node:fs");
      for (const part of ${JSON.stringify(PARTS)}) {
        mkdirSync(part + "/dist", { recursive: true });
        writeFileSync(part + "/dist/index.js", "");
      }`;
    this.write("build.cjs", text ?? build);
    this.write("lib/src/index.ts", text === undefined ? "export {};\n" : "export {}; // changed\n");
  }

  /** The npm packages, packed, and a lock file that knows them: of each kind that the project has, one. */
  private writePackages(): void {
    const headers = { "include/node_api.h": "" };
    const engine = { "binding/tfjs_backend.cc": "", "binding/tfjs_binding.cc": ADDON };
    const katex = {
      "dist/katex.min.js": "",
      "dist/contrib/auto-render.min.js": "",
      "dist/katex.min.css": "@font-face{src:url(fonts/tiny.woff2) format(),url(fonts/tiny.ttf) format()}",
      "dist/fonts/tiny.woff2": "tiny",
    };
    const dependencies = {
      "plotly.js-dist-min": this.pack("plotly.js-dist-min", { "plotly.min.js": "" }),
      katex: this.pack("katex", katex),
      tslab: this.pack("tslab", {}),
      "node-api-headers": this.pack("node-api-headers", headers),
      "@tensorflow/tfjs-node-gpu": this.pack("@tensorflow/tfjs-node-gpu", engine),
    };
    const devDependencies = { tool: this.pack("tool", { "cli.js": "" }, { bin: { tool: "cli.js" } }) };
    const optionalDependencies = {
      "native-here": this.pack("native-here", {}, { os: ["linux"], cpu: ["x64"] }),
      "native-elsewhere": this.pack("native-elsewhere", {}, { os: ["darwin"], cpu: ["arm64"] }),
    };
    const scripts = { build: "node build.cjs" };
    const root = { name: "small", private: true, workspaces: PARTS, scripts };
    this.write(
      "package.json",
      JSON.stringify({ ...root, dependencies, devDependencies, optionalDependencies }),
    );
    this.npm("install", "--package-lock-only", "--ignore-scripts", "--silent");
  }

  /** Packs a package of these files; returns where it is. */
  private pack(name: string, files: Record<string, string>, more: object = {}): string {
    const source = path.join("packing", path.basename(name));
    this.write(`${source}/package.json`, JSON.stringify({ name, version: "1.0.0", ...more }));
    for (const [file, text] of Object.entries(files)) this.write(`${source}/${file}`, text);
    return `file:${this.npm("pack", `./${source}`, "--silent").trim()}`;
  }

  /** TensorFlow's wheel with libraries that the linker accepts, or without them. */
  writeTensorFlow({ whole = true, project = "tensorflow-cpu" } = {}): void {
    const files = Object.fromEntries(HEADERS.map((name) => [name, ""]));
    if (whole) for (const name of LIBRARIES) files[`tensorflow/${name}`] = "INPUT(-lc)\n"; // a script for the linker
    this.writeWheel(project, project, files);
  }

  /** Writes a wheel of these files, and a lock file that expects it. */
  writeWheel(lock: string, project: string, files: Record<string, string>): void {
    mkdirSync(this.wheels, { recursive: true });
    const wheel = path.join(this.wheels, `${project.replace("-", "_")}-1.0-py3-none-any.whl`);
    rmSync(wheel, { force: true });
    execFileSync("python3", ["-c", WRITE_WHEEL, wheel, project, JSON.stringify(files)]);
    const sha256 = createHash("sha256").update(readFileSync(wheel)).digest("hex");
    this.write(`scripts/setup/locks/${lock}.txt`, `${project}==1.0 \\\n    --hash=sha256:${sha256}\n`);
  }

  /** Writes a file, given by its place in the clone. */
  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  private npm(...args: string[]): string {
    return execFileSync("npm", [...args, "--offline"], { cwd: this.folder, encoding: "utf8" });
  }

  /** Runs the clone's set-up; `env` may bring the network back. */
  setUp(env?: NodeJS.ProcessEnv): { status: number | null; text: string } {
    return this.run("setup.mjs", "await it.setUp({ cpu: true });", env);
  }

  /** Runs a snippet with one of the clone's own set-up files as `it`; a problem is told as the project tells it. */
  run(file: string, snippet: string, env: NodeJS.ProcessEnv = {}): { status: number | null; text: string } {
    const problem = JSON.stringify(this.path("scripts/setup/problem.mjs"));
    const text = `import { fail } from ${problem};\nprocess.on("uncaughtException", fail);\n${snippet}`;
    const module = moduleText(this.path("scripts/setup", file), text);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", module], {
      cwd: this.folder,
      encoding: "utf8",
      env: {
        ...process.env,
        npm_config_offline: "true",
        PIP_NO_INDEX: "1",
        PIP_FIND_LINKS: this.wheels,
        ...env,
      },
    });
    return { status, text: stdout + stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
