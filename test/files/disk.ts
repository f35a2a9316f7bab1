/** Real folders and disks for tests: small disks that fill up, and folders that cannot be written. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";

const isRoot = process.getuid?.() === 0;

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "cfg-lib-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Mounts a disk of `kilobytes` in memory until the test ends, on a new folder or in front of what `folder` holds;
 * undefined, with the reason told, where that is not allowed.
 */
export function smallDisk(t: TestContext, kilobytes: number, folder?: string): string | undefined {
  if (process.platform !== "linux" || !isRoot) {
    t.skip("mounting a small disk needs Linux and root");
    return undefined;
  }
  const place = folder ?? mkdtempSync(path.join(tmpdir(), "cfg-lib-disk-"));
  const remove = (): void => {
    if (folder === undefined) rmdirSync(place);
  };
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", place], { stdio: "pipe" });
  } catch (error) {
    remove();
    t.skip(`mounting a small disk is not allowed here: ${(error as Error).message.split("\n")[1]}`);
    return undefined;
  }
  t.after(() => {
    execFileSync("umount", [place]);
    remove();
  });
  return place;
}

/** Makes a folder read-only; root ignores permissions, so for root it must be a disk of {@link smallDisk}. */
export function makeReadOnly(t: TestContext, folder: string): void {
  if (isRoot) {
    execFileSync("mount", ["-o", "remount,ro", folder]);
    return;
  }
  chmodSync(folder, 0o555);
  t.after(() => chmodSync(folder, 0o755));
}

/** A folder that {@link makeReadOnly} can make read-only. */
export function lockableFolder(t: TestContext, kilobytes = 1024): string | undefined {
  return isRoot ? smallDisk(t, kilobytes) : temporaryFolder(t);
}
