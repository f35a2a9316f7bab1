// @ts-check
/** What is there on the disk: how much a folder takes, how much is left, what can be written, and links. */
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * @param {string} name a file or folder; links are not followed
 * @returns {number} bytes
 */
export function sizeOf(name) {
  const { blocks } = lstatSync(name);
  const own = blocks * 512;
  if (!lstatSync(name).isDirectory()) return own;
  return readdirSync(name).reduce((sum, child) => sum + sizeOf(path.join(name, child)), own);
}

/**
 * @param {string} folder that is there, or is to be made in one that is
 * @returns {number} bytes that can be written there
 */
export function freeBytes(folder) {
  if (!existsSync(folder)) return freeBytes(path.dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * Whether a file can be written in a folder, tried by writing one: permissions alone do not tell of a read-only or full
 * disk.
 * @param {string} folder
 */
export function isWritable(folder) {
  /** @type {string | undefined} */
  let place;
  try {
    place = mkdtempSync(path.join(folder, ".writable-"));
    writeFileSync(path.join(place, "file"), "something");
    return true;
  } catch {
    return false;
  } finally {
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  }
}

/** Whether a link is there, also one to nowhere. @param {string} name */
export const isLink = (name) => lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
