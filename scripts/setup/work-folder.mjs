// @ts-check
/**
 * The folder in which one works: copies of the notebooks, beside links to what they lead to. Nothing that somebody has
 * changed is ever written over. What is new ships beside it, under another name, and what is reset is kept under one.
 */
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { Problem } from "./problem.mjs";
import { filesIn, hasShipped, shippedFiles } from "./shipped-notebooks.mjs";

/**
 * What the work folder remembers.
 * @typedef {object} WorkRecord
 * @property {Record<string, { sha256: string, isSure: boolean }>} shipped of each file, the version that was given last;
 *   isSure: whether it was certainly a first state, so that an equal copy holds nobody's work
 * @property {string[]} taken SHA-256 of changed files that were found elsewhere and taken over
 */

/**
 * What filling the work folder has done, as names in its `notebooks/`.
 * @typedef {object} Filled
 * @property {string[]} renewed copies that nobody had changed, replaced by a new version
 * @property {string[]} offered new versions, beside changed copies
 * @property {string[]} found changed files from elsewhere
 */

const RECORD = ".course.json";

/** @param {Buffer} content */
const sha256Of = (content) => createHash("sha256").update(content).digest("hex");

/**
 * Fills a work folder with copies of a course's notebooks, or brings it up to date.
 * @param {string} root the course's folder
 * @param {string} work
 * @param {{ isFirstState?: boolean }} [options] isFirstState: nobody can have changed the course's own `notebooks/`
 * @returns {Filled}
 */
export function fillWork(root, work, { isFirstState = false } = {}) {
  const record = readRecord(work);
  const { files, isSure } = shippedFiles(root);
  /** @type {Filled} */
  const filled = { renewed: [], offered: [], found: [] };
  mkdirSync(path.join(work, "notebooks"), { recursive: true });
  for (const { name, first, own } of files) {
    if (own !== undefined) takeIn(work, record, filled, name, own);
    if (first !== undefined) give(work, record, filled, name, first, isSure || isFirstState);
  }
  copyMissing(path.join(root, "checkpoints"), path.join(work, "checkpoints"), record);
  writeRecord(work, record);
  return filled;
}

/**
 * Takes over what somebody did in another folder of the course: in its work folder, or, in one of an earlier version, in
 * its `notebooks/`.
 * @param {string} from
 * @param {string} root the course's folder
 * @param {string} work that was filled
 * @returns {Filled}
 * @throws Problem where that is no folder of the course
 */
export function takeOver(from, root, work) {
  if (!existsSync(path.join(from, "notebooks")))
    throw new Problem(`${from} has no folder "notebooks": give the course's folder, or its work folder.`);
  const theirs = existsSync(path.join(from, "work", "notebooks")) ? path.join(from, "work") : from;
  const given = readRecord(theirs).shipped;
  const record = readRecord(work);
  /** @type {Filled} */
  const filled = { renewed: [], offered: [], found: [] };
  const { files, isSure } = shippedFiles(theirs);
  for (const { name, first, own = isSure ? undefined : first } of files) {
    if (own === undefined) continue;
    const isAsGiven = given[name]?.isSure && given[name].sha256 === sha256Of(own);
    if (!isAsGiven && !hasShipped(root, own)) takeIn(work, record, filled, name, own);
  }
  copyMissing(path.join(theirs, "checkpoints"), path.join(work, "checkpoints"));
  writeRecord(work, record);
  return filled;
}

/**
 * Brings notebooks back to their first state, and keeps what was there under another name.
 * @param {string} root the course's folder
 * @param {string} work
 * @param {readonly string[]} prefixes of names, as "04"
 * @returns {{ name: string, kept: string | undefined }[]} kept: undefined where nothing was changed
 * @throws Problem where no notebook's name starts so
 */
export function resetNotebooks(root, work, prefixes) {
  const { files, isSure } = shippedFiles(root);
  const shipped = files.filter(({ name, first }) => first !== undefined && name.endsWith(".ipynb"));
  const names = shipped.map(({ name }) => name);
  for (const prefix of prefixes)
    if (prefix === "" || !names.some((name) => name.startsWith(prefix)))
      throw new Problem(
        `No notebook's name starts with ${JSON.stringify(prefix)}; there are ${names.join(", ")}.`,
      );
  const record = readRecord(work);
  const asked = shipped.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
  const done = asked.map(({ name, first }) => {
    const content = /** @type {Buffer} */ (first);
    const copy = read(path.join(work, "notebooks", name));
    const isChanged = copy !== undefined && !copy.equals(content);
    const kept = isChanged ? keepBeside(work, name, "kept", copy) : undefined;
    if (!copy?.equals(content)) write(path.join(work, "notebooks", name), content);
    record.shipped[name] = { sha256: sha256Of(content), isSure };
    return { name, kept };
  });
  writeRecord(work, record);
  return done;
}

/**
 * Gives a shipped file in its present version.
 * @param {string} work @param {WorkRecord} record @param {Filled} filled
 * @param {string} name @param {Buffer} content @param {boolean} isFirst
 */
function give(work, record, filled, name, content, isFirst) {
  const file = path.join(work, "notebooks", name);
  const copy = read(file);
  const last = record.shipped[name];
  const sha256 = sha256Of(content);
  if (copy === undefined) write(file, content);
  else if (!copy.equals(content) && last?.sha256 !== sha256) {
    if (last?.isSure && last.sha256 === sha256Of(copy)) {
      write(file, content);
      filled.renewed.push(name);
    } else filled.offered.push(keepBeside(work, name, "new", content));
  }
  const isSure = isFirst || (last !== undefined && last.isSure);
  record.shipped[name] = { sha256, isSure };
}

/**
 * Takes over a changed file, once: under its name where that is free, else beside it.
 * @param {string} work @param {WorkRecord} record @param {Filled} filled @param {string} name @param {Buffer} own
 */
function takeIn(work, record, filled, name, own) {
  const sha256 = sha256Of(own);
  if (record.taken.includes(sha256)) return;
  record.taken.push(sha256);
  const file = path.join(work, "notebooks", name);
  const copy = read(file);
  if (copy?.equals(own)) return;
  if (copy === undefined && isWhole(name, own)) {
    write(file, own);
    filled.found.push(name);
  } else filled.found.push(keepBeside(work, name, "found", own));
}

/** Whether JupyterLab can open a file: one in which Git left two versions is no notebook. @param {string} name @param {Buffer} content */
function isWhole(name, content) {
  if (!name.endsWith(".ipynb")) return true;
  try {
    return Array.isArray(JSON.parse(content.toString()).cells);
  } catch {
    return false;
  }
}

/**
 * Writes a file beside the one of this name, under the first free name: 04_training.new.ipynb, 04_training.new-2.ipynb.
 * @param {string} work @param {string} name @param {string} word @param {Buffer} content
 * @returns {string} its name
 */
function keepBeside(work, name, word, content) {
  const { dir, name: stem, ext } = path.posix.parse(name);
  for (let i = 1; ; i++) {
    const beside = path.posix.join(dir, `${stem}.${word}${i === 1 ? "" : `-${i}`}${ext}`);
    const file = path.join(work, "notebooks", beside);
    const there = read(file);
    if (there?.equals(content)) return beside; // from a start that was broken off
    if (there !== undefined) continue;
    write(file, content);
    return beside;
  }
}

/**
 * Copies files that are not there. With a record only once, so that what was deleted stays so.
 * @param {string} source @param {string} target @param {WorkRecord} [record]
 */
function copyMissing(source, target, record) {
  for (const name of filesIn(source)) {
    const mark = `checkpoints/${name}`;
    if (record?.taken.includes(mark)) continue;
    record?.taken.push(mark);
    const file = path.join(target, name);
    if (existsSync(file)) continue;
    inPlace(file, (fresh) => copyFileSync(path.join(source, name), fresh, constants.COPYFILE_FICLONE));
  }
}

/** @param {string} file @returns {Buffer | undefined} undefined if it is not there */
const read = (file) => (existsSync(file) ? readFileSync(file) : undefined);

/** Writes a file whole or not at all. @param {string} file @param {Buffer} content */
function write(file, content) {
  inPlace(file, (fresh) => writeFileSync(fresh, content)); // a copied file would stay read-only
}

/** Makes a file under another name, then puts it in its place. @param {string} file @param {(fresh: string) => void} make */
function inPlace(file, make) {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    make(`${file}.new`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    rmSync(`${file}.new`, { force: true }); // half a file would keep a full disk full
    throw error;
  }
}

/** What a work folder remembers; nothing where that cannot be read, and then no copy is taken for unchanged. @param {string} work @returns {WorkRecord} */
function readRecord(work) {
  try {
    const { shipped, taken } = JSON.parse(readFileSync(path.join(work, RECORD), "utf8"));
    const isRight = typeof shipped === "object" && shipped !== null && Array.isArray(taken);
    if (isRight) return { shipped: { ...shipped }, taken: [...taken] };
  } catch {
    // There is none, or it is damaged.
  }
  return { shipped: {}, taken: [] };
}

/** @param {string} work @param {WorkRecord} record */
const writeRecord = (work, record) =>
  write(path.join(work, RECORD), Buffer.from(`${JSON.stringify(record, null, 1)}\n`));
