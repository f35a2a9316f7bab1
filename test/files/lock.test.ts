/** The lock of a file that several notebooks change. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { temporaryFolder } from "./disk";

const WAITERS = 4;
const ROUNDS = 40;

/** In each round one waiter lays down a dead one's lock; then all want it, and count what they see. */
const WAITER = `
  const { workerData: { i, file, left, counts } } = require("node:worker_threads");
  const { writeFileSync } = require("node:fs");
  const { withLock } = require(${JSON.stringify(require.resolve("cfg-lib/dist/files/lock"))});
  const [ARRIVED, INSIDE, TOGETHER, DONE] = [0, 1, 2, 3];
  const meet = (times) => {
    Atomics.add(counts, ARRIVED, 1);
    while (Atomics.load(counts, ARRIVED) < times * ${WAITERS});
  };
  for (let round = 0; round < ${ROUNDS}; round++) {
    if (i === 0) writeFileSync(file + ".lock", left);
    meet(2 * round + 1);
    withLock(file, () => {
      if (Atomics.add(counts, INSIDE, 1) > 0) Atomics.add(counts, TOGETHER, 1);
      for (let k = 0; k < 2000; k++) Atomics.load(counts, INSIDE);
      Atomics.sub(counts, INSIDE, 1);
      Atomics.add(counts, DONE, 1);
    });
    meet(2 * round + 2);
  }`;

test("all who find a dead one's lock at once hold theirs one after the other, and none waits for nobody", async (t) => {
  const file = path.join(temporaryFolder(t), "sheet.json");
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const counts = new Int32Array(new SharedArrayBuffer(16));
  const started = performance.now();
  const waiters = Array.from({ length: WAITERS }, (_, i) => {
    const workerData = { i, file, left: `${pid} ${os.hostname()}`, counts };
    return new Worker(WAITER, { eval: true, workerData });
  });
  await Promise.all(waiters.map((waiter) => once(waiter, "exit")));
  const [, inside, together, done] = counts;
  assert.deepEqual({ inside, together, done }, { inside: 0, together: 0, done: WAITERS * ROUNDS });
  const seconds = (performance.now() - started) / 1000;
  assert.ok(seconds < 25, `${seconds} s: somebody waited for a lock that nobody held`);
});
