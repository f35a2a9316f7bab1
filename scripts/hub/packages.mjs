// @ts-check
/** JupyterHub and its proxy, for the machine that serves a class. A student's own machine does without them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { endingChildren } from "../setup/children.mjs";
import { countTeller } from "../setup/download.mjs";
import { withLock } from "../setup/lock.mjs";
import { withoutRefused } from "../setup/packages.mjs";
import { pip } from "../setup/pip.mjs";
import { CACHE, ROOT, SETUP, VENV, VENV_PYTHON } from "../setup/places.mjs";
import { mustRun } from "../setup/run.mjs";
import { isDone, keyOf, markDone, markUndone } from "../setup/stamps.mjs";

/** Python's packages that the course's own environment does not hold; found behind those that it does. */
export const HUB_PACKAGES = path.join(CACHE, "hub", "python");
const PROXY = path.join(CACHE, "hub", "proxy");
export const PROXY_COMMAND = path.join(
  PROXY,
  "node_modules",
  "configurable-http-proxy",
  "bin",
  "configurable-http-proxy",
);

const LOCK = path.join(SETUP, "locks", "hub.txt");
const PROXY_LOCKS = ["package.json", "package-lock.json"].map((name) =>
  path.join(ROOT, "scripts", "hub", "proxy", name),
);

const STEP = "hub";
const isThere = () => existsSync(path.join(HUB_PACKAGES, "jupyterhub")) && existsSync(PROXY_COMMAND);

/** Installs what is missing, versions and hashes locked; to be called after the course's own set-up. */
export async function setUpHub() {
  const key = keyOf({ texts: [VENV], paths: [LOCK, ...PROXY_LOCKS] });
  if (isDone(STEP, key) && isThere()) return;
  await withLock(() =>
    endingChildren(async () => {
      console.log("Installing JupyterHub and its proxy ...");
      markUndone(STEP);
      await installHub();
      await installProxy();
      markDone(STEP, key);
    }),
  );
}

async function installHub() {
  rmSync(HUB_PACKAGES, { recursive: true, force: true });
  const args = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--target", HUB_PACKAGES];
  const total = readFileSync(LOCK, "utf8").match(/^[\w.-]+==/gm)?.length ?? 0;
  await pip(
    "Installing JupyterHub",
    VENV_PYTHON,
    ["install", ...args, "--progress-bar=off", "-r", LOCK],
    countTeller("JupyterHub's packages", /^Collecting /, total),
  );
}

async function installProxy() {
  rmSync(PROXY, { recursive: true, force: true });
  mkdirSync(PROXY, { recursive: true });
  for (const file of PROXY_LOCKS) copyFileSync(file, path.join(PROXY, path.basename(file)));
  const args = ["ci", "--prefix", PROXY, "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"];
  await mustRun("Installing the hub's proxy", "npm", args, { cwd: PROXY, env: withoutRefused() });
}
