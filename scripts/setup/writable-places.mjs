// @ts-check
/**
 * Where the open course writes: in the folder `work/` of its own, or, where that cannot be written (a school's share,
 * another user's folder), in folders of the user's own.
 */
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { freeBytes, isLink, isWritable } from "./disk.mjs";
import { STATE } from "./environment.mjs";
import { isKernelWritten, writeKernel } from "./jupyter.mjs";
import { CACHE, ROOT, VENV } from "./places.mjs";
import { Problem } from "./problem.mjs";
import { fillWork } from "./work-folder.mjs";

const NAME = "my-cfg-notebooks";

/** What a work folder is called in the course's own. */
const WORK = "work";

/**
 * What notebooks lead to, beside the copies: the kernel looks for cfg-lib in the folders above a notebook, texts link to
 * the reference and to these pages, and some cells read what ships in `lib/`.
 */
const LINKED = ["docs", "lib", "README.md", "TEACHING.md", "HUB.md", "CONTRIBUTING.md", "LICENSE"];

/**
 * @typedef {object} Places
 * @property {string} folder that JupyterLab shows, with the notebooks
 * @property {import("./work-folder.mjs").Filled} [filled] what was done there; undefined for the course's own folder
 * @property {string} state folder where JupyterLab keeps what it remembers
 * @property {string} [data] folder with the kernel of this start, where the project's is another's
 * @property {string} [bytecode] folder of Python's compiled modules, where they cannot lie beside their sources
 */

/**
 * Chooses the places and fills them. What is there of an earlier time stays as it is.
 * @param {{ work?: string, state?: string, isFirstState?: boolean }} [options] work, state: the folder to work in, and
 *   the one of what JupyterLab remembers, where they are chosen; isFirstState: nobody can have changed the course's own
 *   notebooks yet
 * @returns {Places}
 * @throws Problem where no place can be written
 */
export function preparePlaces({ work, state = statePlace(), isFirstState = false } = {}) {
  const folder = workPlace(work);
  const places = { folder, state, filled: prepareWork(folder, isFirstState) };
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

/**
 * The folder to work in: the chosen one, or the course's own `work/`, or one of the user's. Made where it is not there.
 * @param {string} [chosen]
 * @returns {string}
 * @throws Problem where it cannot be written
 */
export function workPlace(chosen) {
  if (chosen !== undefined) return chosenPlace(path.resolve(chosen));
  const work = path.join(ROOT, WORK);
  const isThere = existsSync(work);
  const isOthers = isThere && uid !== 0 && lstatSync(work).uid !== uid; // several users may share the course's folder
  if (!isOthers && isWritable(isThere ? work : ROOT)) return work;
  if (isThere && !isOthers && freeBytes(work) < 1e6)
    throw new Problem(
      `The disk is full, and your work is in ${work}. Free some space, and run the command again.`,
    );
  return ownFolder(...home().map((one) => path.join(one, NAME)), temporary(NAME));
}

/** @param {string} folder */
function chosenPlace(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // Told below.
  }
  if (isWritable(folder)) return folder;
  throw new Problem(`--work is ${folder}, which cannot be written. Give a folder of your own.`);
}

/** Whether a folder is the course's own, whose notebooks are no copies. @param {string} folder */
const isCourse = (folder) => existsSync(folder) && realpathSync(folder) === realpathSync(ROOT);

/**
 * Fills a work folder with copies of the notebooks and links to what they lead to.
 * @param {string} folder @param {boolean} isFirstState
 */
function prepareWork(folder, isFirstState) {
  if (isCourse(folder)) return undefined;
  mkdirSync(folder, { recursive: true });
  const isInCourse = realpathSync(folder).startsWith(realpathSync(ROOT) + path.sep);
  for (const name of [...LINKED, ...(isInCourse ? [] : ["node_modules"])]) {
    if (existsSync(path.join(ROOT, name))) linkTo(path.join(ROOT, name), path.join(folder, name));
  }
  return fillWork(ROOT, folder, { isFirstState: isFirstState || !isWritable(path.join(ROOT, "notebooks")) });
}

/** @param {string} original @param {string} link */
function linkTo(original, link) {
  if (existsSync(link) && !isLink(link)) {
    throw new Problem(
      `The notebooks are to be copied to ${path.dirname(link)}; but that folder holds something else: ${path.basename(link)}. Rename it, and run the command again.`,
    );
  }
  rmSync(link, { force: true });
  symlinkSync(path.relative(realpathSync(path.dirname(link)), realpathSync(original)), link);
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
