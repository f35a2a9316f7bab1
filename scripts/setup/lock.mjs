// @ts-check
/** Lets one set-up at a time work in the folder. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CACHE } from "./places.mjs";
import { fail, Problem } from "./problem.mjs";

const BEAT = 2000;
/** A holder that has not touched its lock for so long is dead, whatever runs under its number now. Milliseconds. */
const DEAD_AFTER = 20_000;

/**
 * Runs `work` while no other set-up does. Waits for another; a lock that a dead process left is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @param {{ file?: string, deadAfter?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(work, { file = path.join(CACHE, "setup.lock"), deadAfter = DEAD_AFTER } = {}) {
  const ours = `${process.pid} ${os.hostname()}`;
  makeFolder(path.dirname(file));
  for (let told = false; !take(file, ours, deadAfter); told = true) {
    if (!told) console.log("Another set-up is at work in this folder; waiting for it.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const beat = setInterval(() => {
    // A computer that slept, or a process that was stopped, may have lost its lock.
    if (read(file) !== ours) fail(new Problem("Another set-up has taken over in this folder. Start again."));
    utimesSync(file, new Date(), new Date());
  }, BEAT);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    if (read(file) === ours) rmSync(file, { force: true });
  };
  process.on("exit", release);
  try {
    return await work();
  } finally {
    release();
    process.off("exit", release);
  }
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Problem(
      `Set-up cannot write to ${path.dirname(folder)} (${code}). Put the course into a folder of your own and run the command there.`,
    );
  }
}

/**
 * @param {string} file
 * @param {string} ours
 * @param {number} deadAfter milliseconds
 */
function take(file, ours, deadAfter) {
  try {
    writeFileSync(file, ours, { flag: "wx" });
    return true;
  } catch {
    const holder = read(file);
    if (holder === undefined || !isDead(file, holder, deadAfter)) return false;
    removeIf(file, holder);
    return take(file, ours, deadAfter);
  }
}

/** Removes the lock if it is still that holder's. @param {string} file @param {string} holder */
function removeIf(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const found = read(aside);
    if (found !== undefined && found !== holder) writeFileSync(file, found, { flag: "wx" });
  } catch {
    // Another one was quicker; the next try sees what is there.
  }
  rmSync(aside, { force: true });
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** @param {string} file @param {string} holder @param {number} deadAfter */
function isDead(file, holder, deadAfter) {
  const [pid, ...host] = holder.split(" ");
  try {
    if (Date.now() - statSync(file).mtimeMs > deadAfter) return true;
  } catch {
    return false;
  }
  if (host.join(" ") !== os.hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== "EPERM";
  }
}
