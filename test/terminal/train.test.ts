import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { loadCheckpoint, loadModel, saveCheckpoint } from "cfg-lib";
import { smallSet, writeSet } from "../data/files";
import { temporaryFolder } from "../files/disk";
import { command, npmRun } from "./command";

/** The options for a run on 64 digits, which are read at once. */
function onSmallSet(t: TestContext): string[] {
  const folder = temporaryFolder(t);
  writeSet(folder, smallSet(64));
  return ["--data", folder, "--batch-size", "2", "--epochs", "1000"];
}

test("npm run train: Ctrl+C leaves a checkpoint, and the same command goes on from there", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "checkpoint.safetensors");
  const args = ["--out", folder, "--batch-size", "2", "--save-every", "1000000"];
  const trainAndStop = (): ReturnType<typeof command> => {
    let pressed = false;
    return npmRun("train", args, (text, pressCtrlC) => {
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

test("npm run train: a loss that is no number ends it with the step, the rate and what stays", async (t) => {
  const folder = temporaryFolder(t);
  const common = ["--out", folder, ...onSmallSet(t)];
  const args = [...common, "--save-every", "1000000"];
  const { status, text } = await command("train", [...args, "--learning-rate", "1e30"]);
  assert.equal(status, 1, text);
  assert.match(
    text,
    /^the loss of step 2 is (NaN|Infinity): training has diverged\. .* learning rate .* it is 1e\+30, /m,
  );
  assert.match(text, /^No checkpoint was written\.$/m);
  assert.doesNotMatch(text, /^ +at /m);
  assert.deepEqual(readdirSync(folder), []);

  const often = [...common, "--save-every", "1", "--learning-rate", "1e39"];
  const infinite = await command("train", often);
  assert.equal(infinite.status, 1, infinite.text);
  assert.match(
    infinite.text,
    /^the network after step 1, trained with the learning rate 1e\+39: tensor .* holds /m,
  );
  assert.deepEqual(readdirSync(folder), [], "not even a first checkpoint that could not be gone on from");
});

test("npm run train: a run that diverges leaves the last good checkpoint as it was, and says where it is", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "checkpoint.safetensors");
  const args = ["--out", folder, ...onSmallSet(t), "--save-every", "3"];
  let pressed = false;
  const first = await command("train", args, (text, pressCtrlC) => {
    if (pressed || !/^step 20 of/m.test(text)) return;
    pressed = true;
    pressCtrlC();
  });
  assert.match(first.text, /^Stopped after step/m);
  const good = loadCheckpoint(file)!;
  const final = good.state.model.get("final.weight")!;
  const { step } = good.state;
  saveCheckpoint(file, {
    ...good,
    state: {
      ...good.state,
      model: new Map([...good.state.model, ["final.weight", { ...final, data: final.data.map(() => 3e38) }]]),
    },
  });
  const before = readFileSync(file);
  const { status, text } = await command("train", args);
  assert.equal(status, 1, text);
  assert.match(
    text,
    new RegExp(`^the loss of step ${step + 1} is (NaN|Infinity): training has diverged`, "m"),
  );
  assert.match(text, new RegExp(`^The last checkpoint, of step ${step}, is untouched: ${file}$`, "m"));
  assert.deepEqual(readFileSync(file), before);
});

test("npm run train leaves its weights where notebooks of the work folder find them, and goes on where an earlier version did", (t) => {
  const folder = temporaryFolder(t);
  writeSet(folder, smallSet(64));
  const trainThere = (): string => {
    const program = ["--import", require.resolve("tsx"), path.join(__dirname, "../../scripts/train.ts")];
    const args = ["--recipe", "small", "--epochs", "1", "--data", folder];
    const { stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(stdout, /^Done: 2 steps\./m, stderr);
    return stdout;
  };
  const told = /^In a notebook: cfg\.loadModel\("(.*)"\)$/m.exec(trainThere())?.[1];
  assert.ok(told);
  const model = loadModel(path.join(folder, "work", "notebooks", told));
  assert.equal(model.info.step, 2);
  model.dispose();

  renameSync(path.join(folder, "work", "checkpoints"), path.join(folder, "checkpoints"));
  assert.match(trainThere(), /^Going on after step 2\.$/m);
  assert.ok(!existsSync(path.join(folder, "work", "checkpoints")));
});
