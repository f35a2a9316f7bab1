// @ts-check
/** A student's server in a container of its own, which a hub elsewhere has started. */
import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { environment } from "../setup/environment.mjs";
import { ROOT, VENV_PYTHON } from "../setup/places.mjs";
import { fail } from "../setup/problem.mjs";
import { preparePlaces } from "../setup/writable-places.mjs";
import { HUB_PACKAGES } from "./packages.mjs";

try {
  const state = path.join(os.homedir(), ".cfg-notebooks");
  const places = preparePlaces({ work: path.join(os.homedir(), "work"), state });
  const run = path.join(ROOT, "scripts", "hub", "course_hub", "run.py");
  const args = ["-I", run, HUB_PACKAGES, "single-user", `--ServerApp.root_dir=${places.folder}`];
  // The hub's address and the server's token come in variables that environment() leaves out.
  const hub = Object.entries(process.env).filter(([name]) => name.startsWith("JUPYTERHUB_"));
  const env = { ...environment(places), ...Object.fromEntries(hub) };
  const server = spawn(VENV_PYTHON, [...args, ...process.argv.slice(2)], { env, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
    process.on(signal, () => server.kill(signal));
  server.on("exit", (status) => process.exit(status ?? 1));
} catch (error) {
  fail(error);
}
