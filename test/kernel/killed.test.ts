/** A kernel that is killed in the middle of a training: its checkpoint is the old one or the new one, and the run goes on. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { loadCheckpoint } from "cfg-lib";
import { FOLDER } from "../../scripts/notebooks/notebook-file";
import { startKernel } from "./kernel";

/** Trains a small network, and saves after every step: a kill comes most likely while a checkpoint is written. */
const TRAIN = `import * as cfg from "cfg-lib";
import { batches, loadMnist } from "mnist-data-loader";
cfg.startEngine();
const mnist = loadMnist({ split: "test" });
const file = "../checkpoints/mine.safetensors";
const info = { ...cfg.loadModel("repaired-ema").info, emaDecay: null };
const earlier = cfg.loadCheckpoint(file);
const trainer = new cfg.Trainer({
  start: earlier?.state ?? cfg.initialStateDict(0, cfg.unetShapes(cfg.smallUnet)),
});
const log = new cfg.LossLog(earlier?.losses);
const run = cfg.train(trainer, {
  schedule: cfg.linearSchedule(),
  batches: (where) => batches(mnist, { ...where, batchSize: 2, seed: 0 }),
});
console.log("from step " + trainer.step);
for (const { step, loss } of run) {
  log.add(loss);
  cfg.saveCheckpoint(file, { state: trainer.state(), info, losses: log.values(), seconds: 0 });
  console.log("saved step " + step);
  await new Promise((resolve) => setImmediate(resolve));
}`;

test(
  "killed in mid-training, again and again, nothing that was saved is lost",
  { timeout: 180_000 },
  async (t) => {
    const root = mkdtempSync(path.join(FOLDER, "test-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    for (const folder of ["notebooks", "checkpoints"]) mkdirSync(path.join(root, folder));
    const kernel = await startKernel({ folder: path.join(root, "notebooks") });
    t.after(() => kernel.close());
    let saved = 0;
    for (let round = 0; round < 2; round++) {
      const killed = new Promise<void>((resolve) => {
        let isAsked = false;
        const run = kernel.run(TRAIN, ({ text }) => {
          const from = /from step (\d+)/.exec(text)?.[1];
          if (from !== undefined)
            assert.equal(Number(from), stepOnDisk(root), "it goes on from what is on the disk");
          saved = Number(/saved step (\d+)/.exec(text)?.[1] ?? saved);
          if (isAsked || saved < 3 * (round + 1)) return;
          isAsked = true;
          setTimeout(() => void kernel.restart().then(resolve), 13 * round);
        });
        run.catch(() => undefined); // a cell whose kernel is killed never ends
      });
      await killed;
      const step = stepOnDisk(root);
      assert.ok(step >= saved, `step ${step} is on the disk, and ${saved} was saved`);
    }
    t.diagnostic(`${stepOnDisk(root)} steps in two lives`);
  },
);

/** The step of the checkpoint, which must be whole. */
function stepOnDisk(root: string): number {
  const checkpoint = loadCheckpoint(path.join(root, "checkpoints", "mine.safetensors"));
  assert.equal(checkpoint?.losses.length ?? 0, checkpoint?.state.step ?? 0);
  return checkpoint?.state.step ?? 0;
}
