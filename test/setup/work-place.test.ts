/** Where one's work lies, in a course whose folder several users may write to, or whose disk is full. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { smallDisk, temporaryFolder } from "../files/disk";
import { SETUP } from "./module";

const skip = process.getuid?.() !== 0 && "becoming other users needs root";

/** A copy of set-up in a new course. */
function copySetUp(course: string): void {
  cpSync(SETUP, path.join(course, "scripts", "setup"), {
    recursive: true,
    filter: (name) => !/\.whl$|locks|__pycache__/.test(name),
  });
}

/** The folder that a course chooses for a user, who makes it; or what it says. */
function placeOf(course: string, uid: number): string {
  const home = path.join(path.dirname(course), `home-${uid}`);
  mkdirSync(home, { recursive: true });
  chownSync(home, uid, uid);
  const from = (name: string): string => JSON.stringify(path.join(course, "scripts", "setup", name));
  const module = `import { mkdirSync } from "node:fs";
    import { fail } from ${from("problem.mjs")};
    import { workPlace } from ${from("writable-places.mjs")};
    try {
      const place = workPlace();
      mkdirSync(place, { recursive: true });
      console.log(place);
    } catch (error) {
      fail(error);
    }`;
  const env = { PATH: process.env.PATH, HOME: home };
  const run = { cwd: course, uid, encoding: "utf8", env } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", module], run);
  return (stdout + stderr).trim();
}

test("the first user in work/, the next one at home, each again where they were", { skip }, (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const course = path.join(folder, "course");
  copySetUp(course);
  chmodSync(course, 0o777);
  for (let start = 0; start < 2; start++) {
    assert.equal(placeOf(course, 65534), path.join(course, "work"));
    assert.equal(placeOf(course, 65533), path.join(folder, "home-65533", "my-cfg-notebooks"));
  }
});

test("a full disk does not send one to another folder, in which one's work is not", { skip }, (t) => {
  const disk = smallDisk(t, 1000);
  if (disk === undefined) return;
  copySetUp(disk);
  mkdirSync(path.join(disk, "work"));
  assert.throws(() => writeFileSync(path.join(disk, "large"), Buffer.alloc(2e6)), /ENOSPC/);
  assert.match(placeOf(disk, 0), /^The disk is full, and your work is in .*work\. Free some space/);
});
