// @ts-check
/**
 * What lies in a course's folder `notebooks/`: the files that ship, in their first state, and what somebody has changed
 * there or put beside them. Git knows the first state where the folder is a clone; without it, what lies there counts.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} ShippedFile
 * @property {string} name its place in `notebooks/`, with slashes
 * @property {Buffer} [first] its first state; undefined for a file that does not ship
 * @property {Buffer} [own] what lies there, where it is not the first state
 */

/** The most that Git may say, in bytes: of a whole notebook. */
const MOST = 64e6;

/**
 * The files of a course's folder `notebooks/`.
 * @param {string} root the course's folder
 * @returns {{ files: ShippedFile[], isSure: boolean }} isSure: whether the first states are known to be that
 */
export function shippedFiles(root) {
  const folder = path.join(root, "notebooks");
  const git = gitView(root);
  const files = filesIn(folder).map((name) => {
    const here = readFileSync(path.join(folder, name));
    if (git === undefined) return { name, first: here };
    if (!git.tracked.has(name)) return { name, own: here };
    if (!git.changed.has(name)) return { name, first: here };
    return { name, first: git.first(name), own: here };
  });
  return { files, isSure: git !== undefined };
}

/** Files in a folder and the folders in it, without hidden ones and those of tests. @param {string} folder */
export function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .filter((name) => !/(^|\/)(\.|test-)/.test(name))
    .sort();
}

/**
 * Whether a file is one that shipped with some version up to this one, as far as Git knows.
 * @param {string} root the course's folder @param {Buffer} content
 */
export function hasShipped(root, content) {
  const id = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  try {
    return (
      git(root, ["log", "-1", "--format=%h", `--find-object=${id}`, "HEAD", "--", "notebooks"]).length > 0
    );
  } catch {
    return false;
  }
}

/**
 * What Git knows of `notebooks/`; undefined where there is no Git, or where it does not keep these files.
 * @param {string} root
 */
function gitView(root) {
  try {
    const tracked = names(git(root, ["ls-files", "-z", "--", "notebooks"]));
    if (tracked.size === 0) return undefined;
    const changed = names(git(root, ["diff", "--name-only", "--relative", "-z", "HEAD", "--", "notebooks"]));
    const first = (/** @type {string} */ name) => {
      try {
        return git(root, ["show", `HEAD:./notebooks/${name}`]);
      } catch {
        return undefined; // added, and not committed yet
      }
    };
    return { tracked, changed, first };
  } catch {
    return undefined;
  }
}

/** @param {string} root @param {string[]} args */
const git = (root, args) =>
  execFileSync("git", ["-C", root, ...args], { maxBuffer: MOST, stdio: ["ignore", "pipe", "ignore"] });

/** Names that Git lists, as they are in `notebooks/`. @param {Buffer} list */
const names = (list) =>
  new Set(
    list
      .toString()
      .split("\0")
      .filter(Boolean)
      .map((name) => name.slice("notebooks/".length)),
  );
