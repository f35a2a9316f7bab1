// @ts-check
/** What an archive for machines without a network (pack.mjs) has brought to this folder. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "./places.mjs";
import { Problem } from "./problem.mjs";

/**
 * @typedef {object} Packed
 * @property {string} platform as in process.platform
 * @property {string} arch as in process.arch
 * @property {string[]} pythons versions, as "3.11", for which JupyterLab's packages are there
 * @property {boolean} gpu whether TensorFlow is the one with CUDA
 */

/** What lies beside the course's files in an archive. */
export const PACK = path.join(CACHE, "pack");
export const PACK_WHEELS = path.join(PACK, "wheels");
export const PACK_FACTS = path.join(PACK, "pack.json");

/**
 * What this folder's archive was made for; undefined where it comes from none.
 * @returns {Packed | undefined}
 * @throws Problem where it was made for another kind of machine
 */
export function packedHere() {
  if (!existsSync(PACK_FACTS)) return undefined;
  const packed = /** @type {Packed} */ (JSON.parse(readFileSync(PACK_FACTS, "utf8")));
  const [theirs, here] = [packed, process].map(({ platform, arch }) => `${platform} ${arch}`);
  if (theirs === here) return packed;
  throw new Problem(
    `This folder comes from an archive for ${theirs}; here is ${here}. Make one on such a machine (npm run pack), or take the course itself.`,
  );
}

/** A Python's version, as "3.11". @param {string} python @returns {string} */
export const pythonVersion = (python) =>
  spawnSync(python, ["-I", "-c", "import sys; print(*sys.version_info[:2], sep='.')"], {
    encoding: "utf8",
  }).stdout.trim();

/**
 * Options with which pip takes JupyterLab's packages from the archive; none where there is none for this Python.
 * @param {string} python
 * @returns {string[]}
 */
export function packedOptions(python) {
  const packed = packedHere();
  if (packed === undefined) return [];
  const here = pythonVersion(python);
  if (packed.pythons.includes(here)) return ["--no-index", `--find-links=${PACK_WHEELS}`];
  const theirs = packed.pythons.join(", ");
  console.log(`  The archive has JupyterLab for Python ${theirs}; here is ${here}: it is fetched.`);
  return [];
}
