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
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { CACHE, ROOT } from "./places.mjs";

const FOLDER = path.join(CACHE, "running");
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** @type {Set<number>} */
const running = new Set();

/** @param {number | undefined} pid of a group's leader */
export function remember(pid) {
  if (pid === undefined) return;
  running.add(pid);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, String(pid)), "");
}

/** @param {number | undefined} pid */
export function forget(pid) {
  if (pid === undefined) return;
  running.delete(pid);
  rmSync(path.join(FOLDER, String(pid)), { force: true });
}

/** Ends the programs that a killed set-up left running in this folder. */
export async function endLeftOvers() {
  const names = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const left = names.map(Number).filter(isOurs);
  for (const pid of left) endGroup(pid);
  for (let tries = 0; tries < 50 && left.some(isOurs); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  rmSync(FOLDER, { recursive: true, force: true });
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
    process.off("exit", end);
    for (const signal of SIGNALS) process.off(signal, stop);
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

/** Whether a process is one of ours still, and not a stranger with a used number: ours work in this folder. @param {number} pid */
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
