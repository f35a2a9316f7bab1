// @ts-check
/**
 * The programs that set-up runs end with it. Each has a process group of its own, which is ended when set-up ends early.
 * Where set-up itself was killed without warning, the next one ends what is left over before it starts to work.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { OWN_RUNNING, ROOT, RUNNING } from "./places.mjs";

/** A note for each of its programs, in the folder of a set-up. */
const PROGRAMS = "programs";
/** Says that it has had the lock, and whoever has it next may end its programs. */
const HAD_LOCK = "had-lock";
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** @type {Set<number>} */
const running = new Set();

/** @param {number | undefined} pid of a group's leader */
export function remember(pid) {
  if (pid === undefined) return;
  running.add(pid);
  mkdirSync(path.join(OWN_RUNNING, PROGRAMS), { recursive: true });
  writeFileSync(path.join(OWN_RUNNING, PROGRAMS, String(pid)), "");
}

/** @param {number | undefined} pid */
export function forget(pid) {
  if (pid === undefined) return;
  running.delete(pid);
  rmSync(path.join(OWN_RUNNING, PROGRAMS, String(pid)), { force: true });
}

/** The folders of set-ups that were killed. @returns {string[]} */
export const leftOvers = () => foldersOfOthers().filter(isEnded);

/**
 * Ends the programs that earlier set-ups left running in this folder, and clears their files away: of those that were
 * killed, and of one that is suspended and has lost its lock. To be called by the set-up that has the lock now.
 */
export async function endLeftOvers() {
  const folders = foldersOfOthers().filter(
    (folder) => isEnded(folder) || existsSync(path.join(folder, HAD_LOCK)),
  );
  const left = folders.flatMap(programsIn).filter(isOurs);
  for (const pid of left) endGroup(pid);
  for (let tries = 0; tries < 50 && left.some(isOurs); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  mkdirSync(OWN_RUNNING, { recursive: true });
  writeFileSync(path.join(OWN_RUNNING, HAD_LOCK), "");
}

/** @returns {string[]} none where they cannot be read: what is complete needs nothing of them */
function foldersOfOthers() {
  try {
    return readdirSync(RUNNING)
      .map((name) => path.join(RUNNING, name))
      .filter((folder) => folder !== OWN_RUNNING);
  } catch {
    return [];
  }
}

/** Whether the process of a set-up's folder has ended. @param {string} folder */
const isEnded = (folder) => !isOurs(Number(path.basename(folder)));

/** @param {string} folder of a set-up @returns {number[]} */
function programsIn(folder) {
  const notes = path.join(folder, PROGRAMS);
  return existsSync(notes) ? readdirSync(notes).map(Number) : [];
}

/**
 * While `work` runs, Ctrl+C and other requests to end also end its programs.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function endingChildren(work) {
  const end = () => running.forEach(endGroup);
  const stop = () => {
    console.error("\nStopped. The next start goes on from here.");
    process.exit(130);
  };
  process.on("exit", end);
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work();
  } finally {
    end();
    clearAway();
    process.off("exit", end);
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** Removes this process's files, and the folder of all set-ups unless another one is at work. */
function clearAway() {
  try {
    rmSync(OWN_RUNNING, { recursive: true, force: true, maxRetries: 3 });
    rmdirSync(RUNNING);
  } catch {
    // A program that is ending holds a file, or another set-up has a folder: the next start clears what is left.
  }
}

/** @param {number} pid */
function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Whether a process is one of ours still, and not a stranger with a used number: ours work in this folder, as npm starts them. @param {number} pid */
function isOurs(pid) {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    if (readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")) return false;
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(realpathSync(ROOT));
  } catch {
    return false;
  }
}
