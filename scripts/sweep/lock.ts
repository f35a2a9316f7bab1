/**
 * One process at a time, for moments: a file that only one can make. (Set-up's lock holds for minutes and keeps itself
 * alive by a timer; a sweep computes without a pause in which one could run.)
 */
import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";

/** A holder needs a second; one that has held its lock for so long was killed. Milliseconds. */
const DEAD_AFTER = 30_000;

/** Does `work` while nobody else holds the lock; waits for it. */
export function withLock(file: string, work: () => void): void {
  while (!take(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); // sleeps
  try {
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    create(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > DEAD_AFTER) rmSync(file, { force: true });
    return false;
  }
}

function create(file: string): void {
  const handle = openSync(file, "wx");
  try {
    try {
      writeSync(handle, String(process.pid));
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    rmSync(file, { force: true }); // on a full disk an empty lock would keep the next one waiting
    throw error;
  }
}
