// @ts-check
/** How much disk a folder takes. */
import { lstatSync, readdirSync } from "node:fs";
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
