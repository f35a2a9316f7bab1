// @ts-check
/** Fetches Python wheels through pip, so that the user's mirrors and proxies hold; pip checks each SHA-256. */
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { pip } from "./pip.mjs";
import { SETUP } from "./places.mjs";

/**
 * Downloads what a lock file names, telling the progress.
 * @param {string} what for people
 * @param {string} lock name of the lock file, or its path
 * @param {string} folder of these wheels alone
 * @param {string} python
 * @param {string[]} [options] of pip's
 * @returns {Promise<string[]>} the wheels' paths
 */
export async function download(what, lock, folder, python, options = []) {
  mkdirSync(folder, { recursive: true });
  const file = path.isAbsolute(lock) ? lock : path.join(SETUP, "locks", `${lock}.txt`);
  const args = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--progress-bar=raw"];
  // pip keeps a whole file that an interrupted set-up left here, and fetches a damaged one again.
  const command = /** @type {const} */ (["download", ...args, "-d", folder, ...options, "-r", file]);
  await pip(`Downloading ${what}`, python, command, progressTeller(what));
  const wheels = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  return wheels.map((name) => path.join(folder, name));
}

/**
 * Reads pip's raw progress ("Progress 123 of 456") and tells it every second or so.
 * @param {string} what
 * @param {{ now?: () => number, tell?: (text: string) => void }} [options]
 * @returns {(line: string) => void}
 */
export function progressTeller(what, { now = () => performance.now(), tell = tellLine } = {}) {
  /** @type {number | undefined} */
  let start;
  let told = -Infinity;
  return (line) => {
    const match = /^Progress (\d+) of (\d+)/.exec(line.trim());
    if (!match) return;
    const [done, total] = [Number(match[1]), Number(match[2])];
    start ??= now();
    if (done < total && now() - told < 1000) return;
    told = now();
    const seconds = (now() - start) / 1000;
    const left = done > 0 ? Math.ceil((seconds * (total - done)) / done) : undefined;
    const mb = (/** @type {number} */ bytes) => Math.round(bytes / 1e6);
    const time = done === total ? "done" : left === undefined || seconds < 1 ? "" : `about ${left} s left`;
    tell(`  ${what}: ${mb(done)} of ${mb(total)} MB ${time}`);
  };
}

/**
 * Counts what a package manager fetches, telling it every few seconds.
 * @param {string} what
 * @param {RegExp} pattern of a line that tells of one more
 * @param {number} total
 * @param {{ now?: () => number, tell?: (text: string) => void }} [options]
 * @returns {(line: string) => void}
 */
export function countTeller(
  what,
  pattern,
  total,
  { now = () => performance.now(), tell = console.log } = {},
) {
  const start = now();
  let told = start;
  let done = 0;
  return (line) => {
    if (!pattern.test(line)) return;
    done++;
    if (now() - told < 3000 || done >= total) return;
    told = now();
    const left = Math.ceil(((told - start) / 1000 / done) * (total - done));
    const time = done < total / 10 ? "" : `, about ${left} s left`; // too few say nothing of the time
    tell(`  ${what}: ${done} of about ${total} fetched${time}`);
  };
}

/** @param {string} text */
function tellLine(text) {
  if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(70)}${text.endsWith("done") ? "\n" : ""}`);
  else console.log(text);
}
