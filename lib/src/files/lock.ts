/**
 * One process at a time, for moments: a file that only one can make. What two notebooks add to one file is read, changed
 * and written under it, or one of them would undo what the other has done. (Set-up's lock holds for minutes and keeps
 * itself alive by a timer; a sweep computes without a pause in which one could run.) Node only.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import * as os from "node:os";
import { whyNotWritten } from "./atomic";

/** A holder needs a second; one that has held its lock for so long was killed. Milliseconds. */
const DEAD_AFTER = 30_000;

/**
 * Does `work` while nobody else changes the file; waits for it. A lock that a killed process left is taken over.
 * @param file what is changed; the lock is `FILE.lock` beside it
 * @throws Error in words where the lock cannot be written; then the file could not be, either
 */
export function withLock<Result>(
  file: string,
  work: () => Result,
  { deadAfter = DEAD_AFTER }: { deadAfter?: number } = {},
): Result {
  const lock = `${file}.lock`;
  // How long a lock has been there is seen from here: the times of files are wrong where a clock has jumped.
  let seen = { version: "", since: 0 };
  while (!create(lock, file)) {
    const version = versionOf(lock);
    if (version === undefined) continue; // given back meanwhile
    if (seen.version !== version) seen = { version, since: performance.now() };
    if (isLeft(lock) || performance.now() - seen.since > deadAfter) {
      // One at a time, or two who wait would remove the dead one's lock and then each other's.
      const remove = (): void => {
        if (versionOf(lock) === version) rmSync(lock, { force: true });
      };
      withLock(lock, remove, { deadAfter });
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); // sleeps
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** What tells one holder's lock from the next one's. */
function versionOf(lock: string): string | undefined {
  const stats = statSync(lock, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs}`;
}

/** Whether the holder was a process of this machine that has ended. */
function isLeft(lock: string): boolean {
  try {
    const [pid, ...host] = readFileSync(lock, "utf8").split(" ");
    if (host.join(" ") !== os.hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Makes the lock of a file; false while there is one. */
function create(lock: string, file: string): boolean {
  try {
    const handle = openSync(lock, "wx");
    try {
      writeSync(handle, `${process.pid} ${os.hostname()}`);
    } catch (error) {
      rmSync(lock, { force: true }); // on a full disk an empty lock would keep the next one waiting
      throw error;
    } finally {
      closeSync(handle);
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new Error(whyNotWritten(file, cause as NodeJS.ErrnoException), { cause });
  }
}
