import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import type { Checkpoint } from "cfg-lib/dist/training/checkpoint";
import { initialStateDict, loadCheckpoint, saveCheckpoint, startEngine, Trainer, unetShapes } from "cfg-lib";
import { lockableFolder, makeReadOnly, smallDisk, temporaryFolder } from "../files/disk";
import { seedInfo } from "../weights/examples";

let fresh: Checkpoint;
before(() => {
  startEngine();
  const trainer = new Trainer({ start: initialStateDict(0, unetShapes()) });
  fresh = { state: trainer.state(), info: seedInfo, losses: new Float32Array(), seconds: 0 };
  trainer.dispose();
});

/** The same training, `step` steps on. */
const after = (step: number): Checkpoint => ({
  ...fresh,
  state: { ...fresh.state, step },
  losses: new Float32Array(step).fill(0.5),
});

test("a disk too full for the next checkpoint keeps the last one, from which training goes on", (t) => {
  const disk = smallDisk(t, 80_000); // a checkpoint has 54 MB; for a moment there would be two
  if (!disk) return;
  const file = path.join(disk, "checkpoint.safetensors");
  saveCheckpoint(file, after(3));
  assert.throws(
    () => saveCheckpoint(file, after(4)),
    /disk is full: .*checkpoint\.safetensors was not written/,
  );
  assert.deepEqual(readdirSync(disk), ["checkpoint.safetensors"]);
  assert.equal(loadCheckpoint(file)!.state.step, 3);
});

test("a read-only folder is named, and keeps its checkpoint", (t) => {
  const folder = lockableFolder(t, 60_000);
  if (!folder) return;
  const file = path.join(folder, "checkpoint.safetensors");
  saveCheckpoint(file, after(3));
  makeReadOnly(t, folder);
  assert.throws(() => saveCheckpoint(file, after(4)), /cannot be written to/);
  assert.equal(loadCheckpoint(file)!.state.step, 3);
});

test("a training that diverged does not replace a sound checkpoint", (t) => {
  const file = path.join(temporaryFolder(t), "checkpoint.safetensors");
  saveCheckpoint(file, after(3));
  const model = new Map(fresh.state.model);
  model.set("final.bias", { shape: [1], data: Float32Array.of(NaN) });
  const diverged = { ...after(4), state: { ...fresh.state, step: 4, model } };
  assert.throws(() => saveCheckpoint(file, diverged), /final\.bias.*NaN/);
  assert.equal(loadCheckpoint(file)!.state.step, 3);
});

test("no checkpoint is undefined; a damaged one is an error that names the file", (t) => {
  const file = path.join(temporaryFolder(t), "checkpoint.safetensors");
  assert.equal(loadCheckpoint(file), undefined);
  saveCheckpoint(file, after(2));
  const whole = readFileSync(file);
  truncateSync(file, whole.length - 1000);
  assert.throws(() => loadCheckpoint(file), /checkpoint\.safetensors/);
  writeFileSync(file, "");
  assert.throws(() => loadCheckpoint(file), /checkpoint\.safetensors/);
  const withoutLosses = { ...after(2), losses: new Float32Array() };
  assert.throws(() => saveCheckpoint(file, withoutLosses), /0 losses are given for 2 steps/);
});

test("of two trainings from one checkpoint the second is told, and nothing of the first is lost", (t) => {
  const file = path.join(temporaryFolder(t), "checkpoint.safetensors");
  const inAnotherProcess = (step: number): void => {
    const program = `
      const { loadCheckpoint, saveCheckpoint } = require("cfg-lib");
      const [file, step] = [process.argv[1], Number(process.argv[2])];
      const { state, info } = loadCheckpoint(file) ?? loadCheckpoint(file + ".start");
      saveCheckpoint(file, { state: { ...state, step }, info, losses: new Float32Array(step), seconds: 0 });`;
    execFileSync(process.execPath, ["-e", program, file, String(step)], { cwd: __dirname });
  };
  saveCheckpoint(`${file}.start`, after(0));
  assert.equal(loadCheckpoint(file), undefined, "neither finds one, both begin");
  inAnotherProcess(100);
  const told = /written by another training since this one looked at it; step 100 of this one was not saved/;
  assert.throws(() => saveCheckpoint(file, after(100)), told);
  assert.equal(loadCheckpoint(file)!.state.step, 100);
  saveCheckpoint(file, after(200)); // it has looked, and goes on from there
  saveCheckpoint(file, after(300));
  inAnotherProcess(400);
  assert.throws(() => saveCheckpoint(file, after(400)), /Stop one of the two/);
  assert.equal(loadCheckpoint(file)!.losses.length, 400);
  rmSync(file);
  saveCheckpoint(file, after(1)); // one that somebody has thrown away is no other training's
});
