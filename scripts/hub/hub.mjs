// @ts-check
/** The course for a class, on one server: JupyterHub, after set-up. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { isWritable } from "../setup/disk.mjs";
import { environment } from "../setup/environment.mjs";
import { CACHE, ROOT, VENV, VENV_PYTHON } from "../setup/places.mjs";
import { fail, Problem } from "../setup/problem.mjs";
import { setUp } from "../setup/setup.mjs";
import { unreadableByOthers } from "./access.mjs";
import { readOptions, USAGE } from "./options.mjs";
import { HUB_PACKAGES, PROXY_COMMAND, setUpHub } from "./packages.mjs";
import { HubState } from "./state.mjs";

const RUN = path.join(ROOT, "scripts", "hub", "course_hub", "run.py");

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void console.log(USAGE);
  checkRights(options);
  await setUp({ cpu: options.cpu });
  await setUpHub();
  const state = new HubState(options.state, { python: VENV_PYTHON, run: RUN, packages: HUB_PACKAGES });
  if (options.forget !== undefined) return void (await forget(state, options.forget));
  if (options.stop) return void tellStopped(state);
  checkReadable(options);
  await prepare(state, options);
  const settings = state.writeSettings({ ...options, ...places() });
  process.exitCode = await serve(state, settings, options);
}

/** @param {import("./options.mjs").Options} options */
function checkRights({ users, ip, cert }) {
  if (users && process.getuid?.() !== 0)
    throw new Problem(
      "--users makes a Linux account for each student, and only root can: sudo npm run hub -- --users. To try the hub out without, npm run hub -- --try.",
    );
  if (!existsSync(CACHE) && !isWritable(ROOT)) throw new Problem(`${ROOT} cannot be written.`);
  if (ip !== "127.0.0.1" && cert === undefined)
    console.log(
      "Without --cert and --key, passwords cross the network readable. Give both, or put a proxy with HTTPS in front (HUB.md).",
    );
}

/** @param {import("./options.mjs").Options} options */
function checkReadable({ users, homes }) {
  if (!users) {
    console.log(
      "Trying it out: every student's programs run as you do. Students are NOT protected from each other; use --users for a class.",
    );
    return;
  }
  const places = [
    ROOT,
    VENV_PYTHON,
    process.execPath,
    path.join(ROOT, "lib", "weights"),
    path.dirname(homes),
  ];
  const closed = unreadableByOthers(places);
  if (closed !== undefined)
    throw new Problem(
      `Students' programs need to read ${closed.place}, and ${closed.at} is closed to them. Put the course, Node.js and Python where every user may read (as /opt and the system's own packages); then delete ${VENV} and run the command again.`,
    );
}

/** @param {HubState} state @param {import("./options.mjs").Options} options */
async function prepare(state, { classPasswordFile, namesFile, teacher }) {
  const given = classPasswordFile === undefined ? process.env.CFG_CLASS_PASSWORD : read(classPasswordFile);
  if (given !== undefined) state.setClassPassword(given);
  else if (!state.hasClassPassword())
    state.setClassPassword(await ask("A password for the class (Enter: one is made): "));
  if (namesFile !== undefined) state.setNames(read(namesFile).split(/\r?\n/));
  const password = await state.addTeacher(teacher, process.env.CFG_TEACHER_PASSWORD);
  if (password !== undefined)
    console.log(`The teacher logs in as "${teacher}" with the password ${password} (told once).`);
}

/** @param {string} file */
function read(file) {
  if (!existsSync(file)) throw new Problem(`There is no file ${file}.`);
  return readFileSync(file, "utf8");
}

/** @param {string} question @returns {Promise<string | undefined>} undefined where nobody can answer, or nothing was said */
async function ask(question) {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(question);
  lines.close();
  return answer.trim() || undefined;
}

/** Where the parts are. */
const places = () => ({
  root: ROOT,
  node: process.execPath,
  proxy: PROXY_COMMAND,
  packages: HUB_PACKAGES,
  environment: { ...serverEnvironment(), LANG: process.env.LANG ?? "C.UTF-8" },
  loadToken: process.env.CFG_HUB_LOAD_TOKEN,
});

/** The environment that students' servers have in common: nothing of the one who starts the hub. */
function serverEnvironment() {
  const all = environment({ state: path.join("/nonexistent", "jupyter") });
  const names = Object.keys(all).filter((name) => /^(JUPYTER|XDG_(CONFIG|DATA)_DIRS|IPYTHONDIR)/.test(name));
  const kept = Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
  );
  const system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const PATH = [path.join(VENV, "bin"), path.dirname(process.execPath), ...system].join(path.delimiter);
  return { ...kept, PATH, HOME: "/nonexistent" };
}

/** @param {HubState} state @param {string} settings @param {import("./options.mjs").Options} options */
function serve(state, settings, { ip, port, cert, users }) {
  const config = path.join(ROOT, "scripts", "hub", "course_hub", "config.py");
  const child = spawn(VENV_PYTHON, ["-I", RUN, HUB_PACKAGES, "hub", "--config", config], {
    cwd: state.folder,
    env: {
      ...environment({ state: path.join(state.folder, "jupyter") }),
      CFG_HUB_SETTINGS: settings,
      CONFIGPROXY_AUTH_TOKEN: state.proxyToken(),
    },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true, // Ctrl+C reaches us, and we end it once
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill("SIGTERM"));
  const place = `${cert === undefined ? "http" : "https"}://${ip === "0.0.0.0" ? "THIS-MACHINE" : ip}:${port}`;
  console.log(
    `\nIn a few seconds the class logs in at\n\n  ${place}\n\nwith the class password ${state.classPassword()}; the teacher's page is ${place}/hub/class.`,
  );
  console.log(
    `${users ? "Homes" : "Folders"} and work stay. Ctrl+C ends the hub; students' programs run on until the next start, or until npm run hub -- --stop.`,
  );
  return /** @type {Promise<number>} */ (
    new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (status) => resolve(status ?? 0));
    })
  );
}

/** @param {HubState} state @param {string} name */
async function forget(state, name) {
  await state.forget(name);
  console.log(`${name} can sign up again, with the class password. The work of ${name} stays.`);
}

/** @param {HubState} state */
function tellStopped(state) {
  const count = state.endServers();
  const words = count === 1 ? "One server has" : `${count} servers have`;
  console.log(count === 0 ? "No server runs." : `${words} ended; students' work is saved.`);
}

main().catch(fail);
