// @ts-check
/** Lets one set-up at a time work in the folder. */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { CACHE } from "./places.mjs";
import { codeOf, fail, Problem, writeProblem, WriteProblem } from "./problem.mjs";

const BEAT = 2000;
/**
 * A holder that has not touched its lock for so long is dead, whatever runs under its number now. Milliseconds. A lock
 * that looks old is watched for two beats, since a file's time and the clock differ where the clock has jumped.
 */
const DEAD_AFTER = 20_000;

/**
 * Runs `work` while no other set-up does. Waits for another; a lock that a dead process left is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @param {{ file?: string, deadAfter?: number }} [options]
 * @returns {Promise<T>}
 * @throws WriteProblem where the lock cannot be written
 */
export async function withLock(work, { file = path.join(CACHE, "setup.lock"), deadAfter = DEAD_AFTER } = {}) {
  const ours = `${process.pid} ${os.hostname()}`;
  makeFolder(path.dirname(file));
  const isDead = deathWatch(file, deadAfter);
  for (let told = false; !take(file, ours, isDead); told = true) {
    if (!told) checkWritable(path.dirname(file)); // waiting would help nobody
    if (!told) console.log("Another set-up is at work in this folder; waiting for it.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const beat = setInterval(() => keep(file, ours), BEAT);
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
    throw problemWith(folder, error);
  }
}

/** @param {string} folder @throws WriteProblem where nothing can be written there */
function checkWritable(folder) {
  try {
    rmdirSync(mkdtempSync(path.join(folder, ".writable-")));
  } catch (error) {
    throw problemWith(folder, error);
  }
}

/** Shows the others that the holder is alive. @param {string} file @param {string} ours */
function keep(file, ours) {
  try {
    // A computer that slept, or a process that was stopped, may have lost its lock.
    if (read(file) !== ours) throw new Problem("Another set-up has taken over in this folder. Start again.");
    utimesSync(file, new Date(), new Date());
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {string} file
 * @param {string} ours
 * @param {(holder: string) => boolean} isDead
 * @returns {boolean} false while another one holds it
 * @throws WriteProblem where the lock cannot be written
 */
function take(file, ours, isDead) {
  try {
    if (create(file, ours)) return true;
    const holder = read(file);
    if (holder === undefined || !isDead(holder)) return false;
    removeIf(file, holder);
    return create(file, ours);
  } catch (error) {
    throw problemWith(path.dirname(file), error);
  }
}

/** Writes the lock, whole or not at all. @param {string} file @param {string} ours @returns {boolean} false if there is one */
function create(file, ours) {
  const handle = unless("EEXIST", () => openSync(file, "wx"));
  if (handle === undefined) return false;
  try {
    try {
      writeSync(handle, ours);
    } finally {
      closeSync(handle);
    }
    return true;
  } catch (error) {
    rmSync(file, { force: true }); // an empty lock would keep others waiting
    throw error;
  }
}

/** Removes the lock if it is still that holder's. @param {string} file @param {string} holder */
function removeIf(file, holder) {
  const aside = `${file}.${process.pid}`;
  unless("ENOENT", () => renameSync(file, aside)); // another one may have been quicker
  const text = read(aside);
  // It was a new one's already, which gets it back, unless the next has come meanwhile.
  if (text !== undefined && text !== holder) {
    unless("EEXIST", () => writeFileSync(file, text, { flag: "wx" }));
  }
  rmSync(aside, { force: true });
}

/** @param {string} file @returns {string | undefined} undefined if it is gone */
const read = (file) => unless("ENOENT", () => readFileSync(file, "utf8"));

/**
 * Tells whether a lock's holder is dead, for one who looks again and again.
 * @param {string} file @param {number} deadAfter
 * @returns {(holder: string) => boolean}
 */
function deathWatch(file, deadAfter) {
  /** The last sign of life: when the lock was touched, by its own clock, and when that was seen here. */
  let [touched, seen] = [NaN, 0];
  return (holder) => {
    const stats = unless("ENOENT", () => statSync(file));
    if (stats === undefined) return false;
    if (stats.mtimeMs !== touched) [touched, seen] = [stats.mtimeMs, performance.now()];
    const silence = performance.now() - seen;
    const isOld = Math.abs(Date.now() - stats.mtimeMs) > deadAfter; // or a clock has jumped: then the next beat tells
    if (silence > (isOld ? Math.min(2 * BEAT, deadAfter) : deadAfter)) return true;
    const [pid, ...host] = holder.split(" ");
    if (host.join(" ") !== os.hostname()) return false;
    try {
      process.kill(Number(pid), 0);
      return false;
    } catch (error) {
      return codeOf(error) !== "EPERM";
    }
  };
}

/**
 * What an action gives; undefined when it fails with this code, which here is no error.
 * @template T
 * @param {string} code
 * @param {() => T} action
 * @returns {T | undefined}
 */
function unless(code, action) {
  try {
    return action();
  } catch (error) {
    if (codeOf(error) === code) return undefined;
    throw error;
  }
}

/** @param {string} place @param {unknown} error */
function problemWith(place, error) {
  const text = writeProblem(place, error);
  return text === undefined ? error : new WriteProblem(text);
}
