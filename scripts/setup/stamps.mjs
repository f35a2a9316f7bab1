// @ts-check
/** Remembers which steps are done, and for which inputs, so that nothing is done twice. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { CACHE } from "./places.mjs";

/** Whether a set-up has ever done a step in this folder. */
export const isStarted = () => existsSync(path.join(CACHE, "stamps"));

/** @param {string} step */
const file = (step) => path.join(CACHE, "stamps", step);

/**
 * Whether a step is done for these inputs.
 * @param {string} step
 * @param {string} key
 */
export function isDone(step, key) {
  try {
    return readFileSync(file(step), "utf8") === key;
  } catch {
    return false;
  }
}

/**
 * @param {string} step
 * @param {string} key
 */
export function markDone(step, key) {
  mkdirSync(path.dirname(file(step)), { recursive: true });
  writeFileSync(`${file(step)}.tmp`, key);
  renameSync(`${file(step)}.tmp`, file(step));
}

/** @param {string} step */
export function markUndone(step) {
  rmSync(file(step), { force: true });
}

/**
 * A hash of texts and files (a folder counts with all its files).
 * @param {{ texts?: string[], paths?: string[] }} inputs
 */
export function keyOf({ texts = [], paths = [] }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\0`);
  for (const one of paths) addFile(hash, one);
  return hash.digest("hex");
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} name
 */
function addFile(hash, name) {
  if (statSync(name).isDirectory()) {
    for (const child of readdirSync(name).sort()) addFile(hash, path.join(name, child));
  } else hash.update(`${path.basename(name)}\0`).update(readFileSync(name));
}
