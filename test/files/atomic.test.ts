import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { writeNpy } from "cfg-lib";
import { lockableFolder, makeReadOnly, smallDisk, temporaryFolder } from "./disk";

const bytes = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);

test("a file is written and written over, with nothing left beside it", (t) => {
  const file = path.join(temporaryFolder(t), "a.bin");
  for (const content of [bytes(300_000, 1), bytes(10, 2), bytes(0, 0)]) {
    writeFileAtomic(file, content);
    assert.deepEqual(new Uint8Array(readFileSync(file)), content);
    assert.deepEqual(readdirSync(path.dirname(file)), ["a.bin"]);
  }
});

test("a full disk leaves the old file whole and nothing beside it, and says what to do", (t) => {
  const disk = smallDisk(t, 256);
  if (!disk) return;
  const file = path.join(disk, "a.bin");
  writeFileAtomic(file, bytes(100_000, 1));
  assert.throws(
    () => writeFileAtomic(file, bytes(250_000, 2)),
    /^Error: The disk is full: .*a\.bin was not written .*Free some space/,
  );
  assert.deepEqual(new Uint8Array(readFileSync(file)), bytes(100_000, 1));
  assert.deepEqual(readdirSync(disk), ["a.bin"]);
  assert.throws(
    () => writeNpy(path.join(disk, "b.npy"), new Float32Array(100_000), [100_000]),
    /disk is full/,
  );
  assert.deepEqual(readdirSync(disk), ["a.bin"]);
  writeFileAtomic(file, bytes(120_000, 3)); // there is room for both, so saving works again
  assert.deepEqual(new Uint8Array(readFileSync(file)), bytes(120_000, 3));
});

test("a read-only folder keeps its file and is named in the error", (t) => {
  const folder = lockableFolder(t);
  if (!folder) return;
  const file = path.join(folder, "a.bin");
  writeFileAtomic(file, bytes(10, 1));
  makeReadOnly(t, folder);
  assert.throws(
    () => writeFileAtomic(file, bytes(10, 2)),
    (error: Error) => error.message.startsWith(`The folder ${folder} cannot be written to (E`),
  );
  assert.deepEqual(new Uint8Array(readFileSync(file)), bytes(10, 1));
  assert.deepEqual(readdirSync(folder), ["a.bin"]);
});

test("a folder that is not there is named; a folder in the file's place stays", (t) => {
  const folder = temporaryFolder(t);
  const missing = path.join(folder, "missing");
  assert.throws(
    () => writeFileAtomic(path.join(missing, "a.bin"), bytes(1, 1)),
    /no folder .*missing: .* Make the folder/,
  );
  mkdirSync(path.join(folder, "taken", "inside"), { recursive: true });
  assert.throws(() => writeFileAtomic(path.join(folder, "taken"), bytes(1, 1)), /taken was not saved: E/);
  writeFileSync(path.join(folder, "file"), "");
  assert.throws(() => writeFileAtomic(path.join(folder, "file", "a.bin"), bytes(1, 1)), /was not saved/);
  assert.deepEqual(readdirSync(folder).sort(), ["file", "taken"]);
});

test("a process killed while it saves leaves the old file or the new one, never a part", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "a.bin");
  const size = 4_000_000;
  writeFileAtomic(file, bytes(size, 1));
  const script = `const { writeFileAtomic } = require("cfg-lib/dist/files/atomic");
    console.log("ready");
    for (let i = 0; ; i++) writeFileAtomic(${JSON.stringify(file)}, new Uint8Array(${size}).fill(i % 251));`;
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, ["-e", script], {
      cwd: __dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 20 + 7 * round));
    child.kill("SIGKILL");
    await once(child, "exit");
    const saved = readFileSync(file);
    assert.equal(saved.length, size);
    assert.ok(saved.every((value) => value === saved[0]));
  }

  // What the killed ones had half written is removed by a later save, but not what may still be in work.
  const halves = (): string[] => readdirSync(folder).filter((name) => name !== "a.bin");
  const others = [".a.bin.999999999.tmp", `.a.bin.${process.ppid}.tmp`, ".b.bin.999999999.tmp"];
  for (const name of others) writeFileSync(path.join(folder, name), "half");
  const killed = halves().filter((name) => !others.includes(name));
  const long = new Date(Date.now() - 5 * 60_000);
  for (const name of [...killed, ...others.slice(1)]) utimesSync(path.join(folder, name), long, long);
  writeFileAtomic(file, bytes(10, 1));
  assert.deepEqual(halves().sort(), others.sort());
});
