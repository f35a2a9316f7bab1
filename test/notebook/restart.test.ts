import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { loadCheckpoint } from "cfg-lib";
import { startKernel } from "../kernel/kernel";

const folder = mkdtempSync(path.join(os.tmpdir(), "restart-"));
const file = path.join(folder, "checkpoint.safetensors");
after(() => rmSync(folder, { recursive: true, force: true }));

/** Goes on from the checkpoint if there is one, and saves after every step. */
const CELL = `
  import { initialStateDict, linearSchedule, loadCheckpoint, LossLog, progress, saveCheckpoint, smallUnet, startEngine, train, Trainer, unetShapes } from "cfg-lib";
  startEngine();
  const file = ${JSON.stringify(file)};
  const info = {
    recipe: "test",
    schedule: { kind: "linear" as const, timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
    predicts: "noise" as const,
    labelDropout: 0.1, batchSize: 2, learningRate: 1e-3, step: 0, stepsPerEpoch: 1000, seed: 0, emaDecay: null,
  };
  const earlier = loadCheckpoint(file);
  const trainer = new Trainer({ start: earlier?.state ?? initialStateDict(0, unetShapes(smallUnet)) });
  const losses = new LossLog(earlier?.losses);
  console.log("starts after", trainer.step);
  const batches = ({ startBatch }: { startBatch: number }) =>
    new Array(1000 - startBatch).fill({ images: new Float32Array(2 * 1024).fill(-1), labels: [0, 1] });
  let done = 0;
  for await (const { step, loss } of progress(train(trainer, { batches, schedule: linearSchedule(), epochs: 1 }))) {
    losses.add(loss);
    saveCheckpoint(file, { state: trainer.state(), info, losses: losses.values(), seconds: 1 });
    console.log("saved", step);
    if (++done === STEPS) break;
  }`;

test("a kernel restarted in mid-training goes on from the checkpoint on disk", async () => {
  const kernel = await startKernel();
  try {
    // The cell would train 1000 steps; the kernel is killed a moment after the third is saved.
    await new Promise<void>((resolve, reject) => {
      kernel
        .run(CELL.replace("STEPS", "1000"), ({ text }) => text.includes("saved 3") && resolve())
        .then(({ printed }) => reject(new Error(printed)), reject);
    });
    await kernel.restart();
    const saved = loadCheckpoint(file)!;
    assert.ok(saved.state.step >= 3);
    assert.equal(saved.losses.length, saved.state.step);

    const { status, printed } = await kernel.run(CELL.replace("STEPS", "2"));
    assert.equal(status, "ok", printed);
    assert.match(printed, new RegExp(`starts after ${saved.state.step}\n`));
    const later = loadCheckpoint(file)!;
    assert.equal(later.state.step, saved.state.step + 2);
    assert.deepEqual(later.losses.slice(0, saved.losses.length), saved.losses);
    // A save that the kill cut short may leave its temporary file, but never a broken checkpoint.
    assert.ok(readdirSync(folder).includes("checkpoint.safetensors"));
  } finally {
    await kernel.close();
  }
});
