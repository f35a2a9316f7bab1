// @ts-check
/** How much disk a folder takes, and how much is left. */
import { existsSync, lstatSync, readdirSync, statfsSync } from "node:fs";
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
