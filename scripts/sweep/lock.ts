/**
 * One process at a time, for moments: a file that only one can make. (Set-up's lock holds for minutes and keeps itself
 * alive by a timer; a sweep computes without a pause in which one could run.)
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import * as os from "node:os";

/** A holder needs a second; one that has held its lock for so long was killed. Milliseconds. */
const DEAD_AFTER = 30_000;

/** Does `work` while nobody else holds the lock; waits for it. A lock that a killed process left is taken over. */
export function withLock(file: string, work: () => void, { deadAfter = DEAD_AFTER } = {}): void {
  // How long a lock has been there is seen from here: the times of files are wrong where a clock has jumped.
  let seen: { version: string | undefined; since: number } | undefined;
  while (!create(file)) {
    const version = versionOf(file);
    if (seen?.version !== version) seen = { version, since: performance.now() };
    if (isLeft(file) || performance.now() - seen!.since > deadAfter) rmSync(file, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); // sleeps
  }
  try {
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** What tells one holder's lock from the next one's. */
function versionOf(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Whether the holder was a process of this machine that has ended. */
function isLeft(file: string): boolean {
  try {
    const [pid, ...host] = readFileSync(file, "utf8").split(" ");
    if (host.join(" ") !== os.hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Makes the lock; false while there is one. */
function create(file: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    try {
      writeSync(handle, `${process.pid} ${os.hostname()}`);
    } finally {
      closeSync(handle);
    }
    return true;
  } catch (error) {
    rmSync(file, { force: true }); // on a full disk an empty lock would keep the next one waiting
    throw error;
  }
}
