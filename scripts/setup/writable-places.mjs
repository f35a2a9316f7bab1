// @ts-check
/**
 * Where the open course writes: in its own folder, or, where that cannot be written (a school's share, another user's
 * folder, a full disk), in folders of the user's own.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { isLink, isWritable } from "./disk.mjs";
import { STATE } from "./environment.mjs";
import { isKernelWritten, writeKernel } from "./jupyter.mjs";
import { CACHE, ROOT, VENV } from "./places.mjs";
import { Problem } from "./problem.mjs";

const NAME = "my-cfg-notebooks";

/** The kernel looks for cfg-lib in the folders above a notebook, and the first notebook leads to the reference and the cheat sheet. */
const LINKED = ["node_modules", "docs", "README.md"];

/**
 * @typedef {object} Places
 * @property {string} folder that JupyterLab shows, with the notebooks
 * @property {string} state folder where JupyterLab keeps what it remembers
 * @property {string} [data] folder with the kernel of this start, where the project's is another's
 * @property {string} [bytecode] folder of Python's compiled modules, where they cannot lie beside their sources
 */

/**
 * Chooses the places and fills them. What is there of an earlier time stays as it is.
 * @returns {Places}
 * @throws Problem where no place can be written
 */
export function preparePlaces() {
  const state = statePlace();
  const places = { folder: notebooksPlace(), state };
  const bytecode = isWritable(VENV) ? undefined : path.join(state, "bytecode");
  if (isKernelWritten()) return { ...places, bytecode };
  const kernel = path.join(state, "kernel");
  writeKernel(kernel);
  return { ...places, bytecode, data: path.join(kernel, "share", "jupyter") };
}

/** @returns {string} */
function statePlace() {
  if (existsSync(CACHE) && isWritable(CACHE)) return STATE;
  const id = createHash("sha256").update(ROOT).digest("hex").slice(0, 12); // one user may open several courses
  const { XDG_CACHE_HOME: cacheHome = "" } = process.env;
  const caches = path.isAbsolute(cacheHome) ? [cacheHome] : home().map((one) => path.join(one, ".cache"));
  return ownFolder(
    ...caches.map((one) => path.join(one, "cfg-notebooks", id)),
    temporary(`cfg-notebooks-${id}`),
  );
}

/** The course's own folder, or one with copies of its notebooks. @returns {string} */
function notebooksPlace() {
  const notebooks = path.join(ROOT, "notebooks");
  if (isWritable(ROOT) && isWritable(notebooks)) return ROOT;
  const folder = ownFolder(...home().map((one) => path.join(one, NAME)), temporary(NAME));
  for (const name of LINKED) linkTo(path.join(ROOT, name), path.join(folder, name));
  mkdirSync(path.join(folder, "notebooks"), { recursive: true });
  for (const name of readdirSync(notebooks).filter((one) => one.endsWith(".ipynb"))) {
    const copy = path.join(folder, "notebooks", name);
    if (existsSync(copy)) continue;
    writeFileSync(`${copy}.new`, readFileSync(path.join(notebooks, name))); // a copied file would stay read-only
    renameSync(`${copy}.new`, copy);
  }
  return folder;
}

/** @param {string} original @param {string} link */
function linkTo(original, link) {
  if (existsSync(link) && !isLink(link)) {
    throw new Problem(
      `The course's folder ${ROOT} cannot be written, so its notebooks are to be copied to ${path.dirname(link)}; but that holds something else. Rename that folder, and run the command again.`,
    );
  }
  rmSync(link, { force: true });
  symlinkSync(original, link);
}

/** The user's home, if there is one. @returns {string[]} */
function home() {
  try {
    return [os.homedir()].filter((one) => path.isAbsolute(one) && existsSync(one));
  } catch {
    return []; // a user without a name, as in some containers
  }
}

const uid = process.getuid?.();

/** A folder for this user among everybody's temporary ones. @param {string} name */
const temporary = (name) => path.join(os.tmpdir(), `${name}-${uid}`);

/**
 * The first of these folders that can be made and written, and is this user's.
 * @param {string[]} folders
 * @returns {string}
 */
function ownFolder(...folders) {
  const first = folders.find((folder) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return lstatSync(folder).uid === uid && isWritable(folder);
    } catch {
      return false; // the next one may do
    }
  });
  if (first !== undefined) return first;
  throw new Problem(
    `The course's folder ${ROOT} cannot be written, and neither can ${folders.join(" or ")}. Set HOME to a folder of your own, or put the course into one.`,
  );
}
