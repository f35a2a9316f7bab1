// @ts-check
/** Fetches Python wheels through pip, so that the user's mirrors and proxies hold; pip checks each SHA-256. */
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { PIP, SETUP, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";

/**
 * Downloads what a lock file names, telling the progress.
 * @param {string} what for people
 * @param {string} lock name of the lock file
 * @param {string} folder
 * @param {string[]} [options] of pip's
 * @returns {Promise<string[]>} the wheels' paths
 */
export async function download(what, lock, folder, options = []) {
  mkdirSync(folder, { recursive: true });
  const before = new Set(readdirSync(folder));
  const args = [
    PIP,
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--progress-bar=raw",
  ];
  const file = path.join(SETUP, "locks", `${lock}.txt`);
  const onLine = progressTeller(what);
  await mustRun(`Downloading ${what}`, VENV_PYTHON, [...args, "-d", folder, ...options, "-r", file], {
    onLine,
  });
  const wheels = readdirSync(folder).filter((name) => name.endsWith(".whl") && !before.has(name));
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

/** @param {string} text */
function tellLine(text) {
  if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(70)}${text.endsWith("done") ? "\n" : ""}`);
  else console.log(text);
}
