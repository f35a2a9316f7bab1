// @ts-check
/** Whether other users of the machine may read what they need. */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";

/**
 * The first of these places that other users cannot read, with the folder or file that keeps them out.
 * @param {string[]} places
 * @returns {{ place: string, at: string } | undefined}
 */
export function unreadableByOthers(places) {
  for (const place of places) {
    for (const one of [place, realpathSync(place)]) {
      const at = waysTo(one).find((step) => !isOpen(step));
      if (at !== undefined) return { place, at };
    }
  }
  return undefined;
}

/** A path and the folders that it leads through, from the root down. @param {string} place @returns {string[]} */
const waysTo = (place) => (place === path.dirname(place) ? [place] : [...waysTo(path.dirname(place)), place]);

/** @param {string} step */
function isOpen(step) {
  const stats = statSync(step);
  const needed = stats.isDirectory() ? 0o001 : 0o004;
  return (stats.mode & needed) !== 0;
}
