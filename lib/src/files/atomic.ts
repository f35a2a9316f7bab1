/** Files that are whole or not there. Node only. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import * as path from "node:path";

/**
 * Writes a file through a temporary one beside it, so that a crash, a full disk or a power cut leaves the old file or
 * the new one, never a part.
 * @throws Error that says what happened and what to do, when the disk is full or the folder cannot be written
 */
export function writeFileAtomic(file: string, bytes: Uint8Array): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, "w");
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncFolder(path.dirname(file));
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What stopped the writing can stop this too; the first error is the one to tell.
    }
    throw new Error(whyNotWritten(file, cause as NodeJS.ErrnoException), { cause });
  }
  try {
    removeAbandoned(file);
  } catch {
    // The folder cannot be listed, or another process was faster: what had to be written is written.
  }
}

/** Removes what earlier processes had half written of this file when they were killed. */
function removeAbandoned(file: string): void {
  const folder = path.dirname(file);
  const [before, after] = [`.${path.basename(file)}.`, ".tmp"];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    const temporary = path.join(folder, name);
    // A younger one may be in work, on another machine that shares the folder. One of the future is of a clock that jumped.
    const minutes = Math.abs(Date.now() - statSync(temporary).mtimeMs) / 60_000;
    if (minutes > 1 && !isAlive(Number(name.slice(before.length, -after.length)))) rmSync(temporary);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Makes the renaming itself last; systems that cannot open a folder do it by themselves. */
function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // Some network file systems refuse to sync a folder; the file itself is safe already.
  } finally {
    closeSync(handle);
  }
}

/** Why a file was not written, and what to do, in words. */
export function whyNotWritten(file: string, { code, message }: NodeJS.ErrnoException): string {
  const folder = path.dirname(file);
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full: ${file} was not written (an earlier one is untouched). Free some space and save again.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `The folder ${folder} cannot be written to (${code}): ${file} was not saved. Choose a folder of your own.`;
    case "ENOENT":
      return `There is no folder ${folder}: ${file} was not saved. Make the folder first.`;
    default:
      return `${file} was not saved: ${message}`;
  }
}
