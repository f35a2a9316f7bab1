/** Folders in which set-up cannot write: it says so at once, and does not take it for another set-up at work. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { lockableFolder, makeReadOnly, smallDisk } from "../files/disk";
import { within } from "./module";

const isRoot = process.getuid?.() === 0;
/** Somebody else, for root, who may write everywhere: the user "nobody". */
const STRANGER = isRoot ? 65534 : undefined;
const skip = !canRead(STRANGER) && "another user cannot read this clone, or not run this Node";

/** Whether that user can run this Node and read set-up's files. */
function canRead(uid?: number): boolean {
  return within("lock.mjs", "", {}, { uid }).status === 0;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "unwritable-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

/** Takes the lock in a process of its own, which must end with one sentence. */
function lockProblem(file: string, uid?: number): string {
  const snippet = `import { fail } from "./problem.mjs";
    await it.withLock(async () => console.log("works"), ${JSON.stringify({ file })}).catch(fail);`;
  const { status, text } = within("lock.mjs", snippet, {}, { uid, timeout: 10_000 });
  assert.equal(status, 1, `it waits, or works: ${text}`);
  assert.doesNotMatch(text, /Another set-up|\n +at .*\.mjs:/);
  return text;
}

test("a folder of another user", { skip }, () => {
  const theirs = path.join(folder, "theirs");
  mkdirSync(theirs);
  chmodSync(theirs, 0o555);
  const problem = new RegExp(`cannot write to ${theirs}: it belongs to another user\\. Run .*as that user`);
  assert.match(lockProblem(path.join(theirs, "setup.lock"), STRANGER), problem);
  const inner = path.join(theirs, "cache", "setup.lock");
  assert.match(lockProblem(inner, STRANGER), /belongs to another user/);
});

test("a lock of another user, left long ago, that cannot be taken over", { skip }, () => {
  const theirs = path.join(folder, "their-lock");
  const file = path.join(theirs, "setup.lock");
  mkdirSync(theirs);
  writeFileSync(file, `1 ${os.hostname()}`);
  utimesSync(file, new Date(0), new Date(0));
  chmodSync(theirs, 0o555);
  assert.match(lockProblem(file, STRANGER), /belongs to another user/);
});

test("a lock that cannot even be read", { skip: skip || (!isRoot && "needs root") }, () => {
  const file = path.join(folder, "unreadable.lock");
  writeFileSync(file, `1 ${os.hostname()}`, { mode: 0o600 });
  assert.match(lockProblem(file, STRANGER), /belongs to another user/);
});

test("a read-only disk", (t) => {
  const disk = lockableFolder(t);
  if (disk === undefined) return;
  makeReadOnly(t, disk);
  assert.match(lockProblem(path.join(disk, "setup.lock")), /(is mounted read-only|another user)/);
});

test("a full disk; and no empty lock is left, which would keep the next one waiting", (t) => {
  const disk = smallDisk(t, 64);
  if (disk === undefined) return;
  assert.throws(() => writeFileSync(path.join(disk, "large"), Buffer.alloc(1e6)), /ENOSPC/);
  const file = path.join(disk, "setup.lock");
  assert.match(lockProblem(file), /the disk is full\. Free about 3 GB/);
  assert.ok(!existsSync(file));
});
