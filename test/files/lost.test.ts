/** What students make, on the disk: a kill, a full disk and two writers at once lose nothing that was saved. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { smallDisk, temporaryFolder } from "./disk";
import { GROWING } from "./growing";

/** Starts a process that adds to a file. */
function startAdding(kind: string, file: string, who: string, times: number): ChildProcess {
  const program = ["--import", "tsx", path.join(__dirname, "growing.ts"), kind, file, who, String(times)];
  return spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
}

for (const [kind, { name, add, count }] of Object.entries(GROWING))
  describe(`a ${kind}`, () => {
    it("that two processes add to has what both have added", async (t) => {
      const file = path.join(temporaryFolder(t), name);
      const ends = ["ada", "ben"].map((who) => once(startAdding(kind, file, who, 40), "exit"));
      assert.deepEqual(await Promise.all(ends), [
        [0, null],
        [0, null],
      ]);
      assert.equal(count(file), 80);
      assert.deepEqual(readdirSync(path.dirname(file)), [name]);
    });

    it("whose writer is killed, again and again, is whole, has all that was said to be saved, and can be added to", async (t) => {
      const file = path.join(temporaryFolder(t), name);
      for (let round = 0; round < 3; round++) {
        rmSync(file, { force: true });
        const writer = startAdding(kind, file, "ada", 1e6);
        let said = 0;
        writer.stdout!.setEncoding("utf8").on("data", (text: string) => {
          said = Number(text.trim().split("\n").at(-1));
        });
        await once(writer.stdout!, "data");
        await new Promise((resolve) => setTimeout(resolve, 40 + 17 * round));
        writer.kill("SIGKILL");
        await once(writer, "close");
        const there = count(file);
        assert.ok(there === said || there === said + 1, `${there} there, ${said} said to be saved`);
        add(file, "ben", 0); // the lock of the killed one keeps nobody waiting
        assert.equal(count(file), there + 1);
      }
    });

    it("on a full disk stays as it was, the reason is told, and it is written once there is room", (t) => {
      const disk = smallDisk(t, 64);
      if (disk === undefined) return;
      const file = path.join(disk, name);
      add(file, "ada", 0);
      const before = readFileSync(file, "utf8");
      assert.throws(() => writeFileSync(path.join(disk, "large"), Buffer.alloc(1e6)), /ENOSPC/);
      assert.throws(() => add(file, "ada", 1), /The disk is full: .* was not written/);
      assert.equal(readFileSync(file, "utf8"), before);
      assert.deepEqual(readdirSync(disk).sort(), ["large", name].sort());
      rmSync(path.join(disk, "large"));
      add(file, "ada", 1);
      assert.equal(count(file), 2);
    });
  });
