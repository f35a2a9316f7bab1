/**
 * Notices that somebody else has written a file since this process read or wrote it: two trainings that go on from one
 * checkpoint would each throw away what the other did. Node only.
 */
import { statSync } from "node:fs";
import * as path from "node:path";

/** What each file was when this process last read or wrote it; "" for one that was not there. */
const known = new Map<string, string>();

/** What tells one version of a file from another; a version is a file of its own, since it is written whole. */
function versionOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Remembers a file that was just read, written, or looked for in vain. */
export function rememberVersion(file: string): void {
  known.set(path.resolve(file), versionOf(file));
}

/** Whether another process has written this file since it was remembered. One that is gone may be written again. */
export function isOthersVersion(file: string): boolean {
  const mine = known.get(path.resolve(file));
  const now = versionOf(file);
  return mine !== undefined && now !== "" && now !== mine;
}
