import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { loadCheckpoint } from "cfg-lib";
import { command, temporaryFolder } from "./command";

test("npm run train: Ctrl+C leaves a checkpoint, and the same command goes on from there", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "checkpoint.safetensors");
  const args = ["--out", folder, "--batch-size", "2", "--save-every", "1000000"];
  const trainAndStop = (): ReturnType<typeof command> => {
    let pressed = false;
    return command("train", args, (text, pressCtrlC) => {
      if (pressed || !/^step \d+ of 150000 {3}loss \d/m.test(text)) return;
      pressed = true;
      pressCtrlC();
    });
  };

  const first = await trainAndStop();
  assert.ok(existsSync(file), first.text);
  const { state, losses, info } = loadCheckpoint(file)!;
  assert.ok(state.step >= 20);
  assert.match(first.text, new RegExp(`Stopped after step ${state.step}; the checkpoint is written`));
  assert.equal(info.batchSize, 2);

  const second = await trainAndStop();
  assert.match(second.text, new RegExp(`^Going on after step ${state.step}\\.$`, "m"));
  const later = loadCheckpoint(file)!;
  assert.ok(later.state.step > state.step);
  assert.deepEqual(later.losses.slice(0, losses.length), losses);
  assert.deepEqual(readdirSync(folder), ["checkpoint.safetensors"]);

  const other = await command("train", [...args, "--label-dropout", "0.5"]);
  assert.equal(other.status, 1);
  assert.match(other.text, /checkpoint\.safetensors was made with other settings:.*--out/s);
  assert.doesNotMatch(other.text, /^ +at /m);
});
