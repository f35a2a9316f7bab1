/** JupyterLab as `npm start` opens it, on a machine that is full of other settings of Jupyter and Python. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { type Start, startCourse } from "../browser/start";
import { SETUP, within } from "./module";

const ROOT = path.resolve(SETUP, "..", "..");
const folder = mkdtempSync(path.join(os.tmpdir(), "jupyter-settings-"));
const marker = path.join(folder, "was-read");
const at = (...names: string[]): string => path.join(folder, ...names);

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A folder of Jupyter's data with two kernels: one with our name. */
function plantKernels(data: string): string {
  const spec = { argv: ["/bin/false"], display_name: "Other", language: "other" };
  for (const name of ["tslab", "other"])
    write(path.join(data, "kernels", name, "kernel.json"), JSON.stringify(spec));
  return data;
}

/** A folder of Jupyter's settings that leave a mark when they are read, and open the course at another address. */
function plantSettings(place: string): string {
  const text = `open(${JSON.stringify(marker)}, "a").write(__file__)\nc.ServerApp.base_url = "/elsewhere/"\n`;
  for (const name of ["jupyter_config", "jupyter_server_config", "jupyter_lab_config"])
    write(path.join(place, `${name}.py`), text);
  return place;
}

const home = at("home");
const SETTINGS = {
  HOME: home,
  XDG_CONFIG_HOME: undefined,
  XDG_DATA_HOME: undefined,
  XDG_DATA_DIRS: path.dirname(plantKernels(at("system", "share", "jupyter"))),
  XDG_CONFIG_DIRS: path.dirname(plantSettings(at("system", "etc", "jupyter"))),
  JUPYTER_PATH: plantKernels(at("data")),
  JUPYTER_CONFIG_PATH: plantSettings(at("config-path")),
  JUPYTER_CONFIG_DIR: plantSettings(at("config")),
  JUPYTER_DATA_DIR: plantKernels(at("own-data")),
  JUPYTER_PREFER_ENV_PATH: "0",
  JUPYTER_PLATFORM_DIRS: "0",
  JUPYTER_NO_CONFIG: "1",
  JUPYTER_GATEWAY_URL: "http://127.0.0.1:9",
  JUPYTER_LAB__ServerApp__base_url: "/elsewhere/",
  JUPYTERLAB_DIR: at("nowhere"),
  JUPYTERLAB_SETTINGS_DIR: "/proc/nowhere",
  JUPYTERLAB_WORKSPACES_DIR: "/proc/nowhere",
  JUPYTERHUB_SERVICE_PREFIX: "/elsewhere/",
  JPY_PARENT_PID: "1",
  IPYTHONDIR: "/proc/nowhere",
  TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR: "perhaps",
  PYTHONPATH: at("python"),
  PYTHONUSERBASE: path.join(home, ".local"),
  PYTHONWARNINGS: "error",
  PYTHONSAFEPATH: "1",
  PYTHONOPTIMIZE: "2",
};

let course: Start | undefined;
before(async () => {
  plantSettings(path.join(home, ".jupyter"));
  plantSettings(path.join(home, ".config", "jupyter"));
  plantSettings(path.join(home, ".local", "etc", "jupyter"));
  plantKernels(path.join(home, ".local", "share", "jupyter"));
  write(at("python", "sitecustomize.py"), `open(${JSON.stringify(marker)}, "a").write(__file__)\n`);
  write(at("python", "tornado.py"), "raise ImportError('not the right one')\n");
  course = await startCourse({ env: SETTINGS, work: at("work") });
});
after(async () => {
  await course?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the course's own kernel is started, and no kernel of another place is offered", async () => {
  const answer = await fetch(course!.at("/api/kernelspecs"));
  const { kernelspecs } = (await answer.json()) as {
    kernelspecs: Record<string, { spec: { argv: string[] } }>;
  };
  assert.ok(kernelspecs.tslab.spec.argv.some((arg) => arg.startsWith(path.join(ROOT, "kernel"))));
  assert.ok(!("other" in kernelspecs));
});

test("no file outside the project was read as a setting", () => {
  assert.ok(!existsSync(marker));
});

test("every folder in which Jupyter looks for anything lies in the project", () => {
  const snippet = `import { execFileSync } from "node:child_process";
    const python = ${JSON.stringify(path.join(ROOT, ".venv", "bin", "python"))};
    console.log(execFileSync(python, ["-m", "jupyter", "--paths", "--json"], { env: it.environment(), encoding: "utf8" }));`;
  const { status, text } = within("environment.mjs", snippet, SETTINGS);
  assert.equal(status, 0, text);
  const folders = Object.values(JSON.parse(text) as Record<string, string[]>).flat();
  assert.ok(folders.length >= 5);
  for (const one of folders) assert.ok(one.startsWith(ROOT), one);
});
