import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it, test } from "node:test";
import { withLock } from "cfg-lib/dist/files/lock";
import type { Study } from "cfg-lib/dist/study/study";
import { smallDisk, temporaryFolder } from "../files/disk";
import { command } from "./command";

const SMALL = ["--weights", "seed", "--scales", "1,2,3", "--n", "20", "--steps", "2"];

test("npm run sweep, stopped after a point, goes on with the next one", async (t) => {
  const file = path.join(temporaryFolder(t), "study.json");
  const args = ["--out", file, ...SMALL];
  let pressed = false;
  await command("sweep", args, (text, pressCtrlC) => {
    if (pressed || !text.includes("1 of 3")) return;
    pressed = true;
    pressCtrlC();
  });
  assert.ok(pressed);
  const read = (): Study => JSON.parse(readFileSync(file, "utf8")) as Study;
  const before = read().points;
  assert.ok(before.length >= 1 && before.length < 3, `${before.length} points`);
  const { status, text } = await command("sweep", args);
  assert.equal(status, 0, text);
  assert.doesNotMatch(text, /1 of 3/);
  assert.match(text, /3 of 3/);
  const { points, floors, hashes } = read();
  assert.deepEqual(points[0], before[0]);
  assert.deepEqual(
    points.map(({ settings }) => settings.scale),
    [1, 2, 3],
  );
  assert.deepEqual(
    floors.map(({ n }) => n),
    [20],
  );
  assert.deepEqual(Object.keys(hashes).sort(), ["judge", "seed"]);
});

test("two sweeps into one file at once keep each other's points, also where both want the same", async (t) => {
  const file = path.join(temporaryFolder(t), "study.json");
  const args = ["--out", file, "--weights", "seed", "--n", "20", "--steps", "2", "--scales"];
  const both = await Promise.all(
    ["1,2,3,4,5", "4,5,6,7"].map((scales) => command("sweep", [...args, scales])),
  );
  for (const { status, text } of both) assert.equal(status, 0, text);
  const { points, floors } = JSON.parse(readFileSync(file, "utf8")) as Study;
  assert.deepEqual(points.map(({ settings }) => settings.scale).sort(), [1, 2, 3, 4, 5, 6, 7], "each once");
  assert.equal(floors.length, 1);
});

describe("npm run sweep tells in one line what is wrong, and writes nothing", { concurrency: 2 }, () => {
  for (const [args, message] of [
    [["--grid", "all-of-it"], /--grid is all-of-it; there are choose,/],
    [["--scales", "1,x"], /--scales is x; give a number\./],
    [["--rules", "best"], /--rules is best; there are plain,/],
    [["--start", "end"], /--start is end; it must be noise or training-end\./],
    [["--steps", "8,400"], /steps is 400; it must be a whole number from 1 to 300/],
    [["--weights", "seed,sead"], /"sead" is not the name of a model/],
    [["--rules", '{"rule":"interval"'], /--rules is \{"rule":"interval"; it is no JSON/],
    [["--grid", "rules"], /compute that first/],
    [["--eta", "0.5"], /Unknown option '--eta'/],
    [["--n", "5"], /n is 5; it must be a whole number from 20/],
  ] as const)
    it(args.join(" "), async (t) => {
      const file = path.join(temporaryFolder(t), "study.json");
      const { status, text } = await command("sweep", ["--out", file, ...args]);
      assert.equal(status, 1, text);
      assert.match(text, message);
      assert.doesNotMatch(text, /^ +at /m);
      assert.ok(!existsSync(file));
    });
});

test("a sweep that finds the disk full leaves no empty lock, which would keep the next one waiting", (t) => {
  const disk = smallDisk(t, 64);
  if (disk === undefined) return;
  assert.throws(() => writeFileSync(path.join(disk, "large"), Buffer.alloc(1e6)), /ENOSPC/);
  const file = path.join(disk, "study.json");
  assert.throws(
    () => withLock(file, () => assert.fail("works")),
    /The disk is full: .*study\.json was not written/,
  );
  assert.deepEqual(readdirSync(disk), ["large"]);
});
