/** Notebook 04's full run, from a fresh clone: stopped, and gone on with after a restart of the kernel. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { FOLDER, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { startKernel } from "../kernel/kernel";

test(
  "notebook 04's full run can be stopped, and goes on after a restart",
  { timeout: 180_000 },
  async (t) => {
    const { cells } = readNotebook(path.join(FOLDER, "04_training.ipynb"));
    // A smaller batch: the steps are quicker, and as easily stopped.
    const codes = cells
      .filter(({ cell_type }) => cell_type === "code")
      .map(({ source }) => textOf(source).replace("const BATCH_SIZE = 128;", "const BATCH_SIZE = 16;"));
    const first = codes[0];
    assert.match(first, /BATCH_SIZE = 16;/);
    const settings = codes.findIndex((code) => code.startsWith("const CHECKPOINT ="));
    const switchOn = codes.findIndex((code) => code.startsWith("const FULL_RUN = false;"));
    assert.ok(0 < settings && settings < switchOn, "the cells from the settings to the switch");
    const fullRun = codes.slice(settings, switchOn + 1);
    const trainNow = fullRun.map((code) => code.replace("const FULL_RUN = false;", "const FULL_RUN = true;"));

    // In a folder of its own, so that the checkpoint of a real run stays as it is.
    const root = mkdtempSync(path.join(FOLDER, "test-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const folder = path.join(root, "notebooks");
    mkdirSync(folder);

    /** Runs the first cell and these on a fresh kernel, and presses the stop button after some steps. */
    const runAndStop = async (steps: number, cells: readonly string[]): Promise<string> => {
      const kernel = await startKernel({ folder });
      try {
        for (const code of [first, ...cells.slice(0, -1)]) {
          const { status, printed } = await kernel.run(code);
          assert.equal(status, "ok", printed);
        }
        let isPressed = false;
        const result = await kernel.run(cells[cells.length - 1], ({ data }) => {
          const done = Number(/(\d+)\/18750,/.exec(String(data["text/plain"]))?.[1] ?? 0);
          if (isPressed || done < steps) return;
          isPressed = true;
          kernel.interrupt();
        });
        return result.printed;
      } finally {
        await kernel.close();
      }
    };
    const stepIn = (printed: string): number => Number(/^Step (\d+); the checkpoint is/m.exec(printed)?.[1]);

    const before = stepIn(await runAndStop(1, trainNow));
    assert.ok(before >= 1, `stopped at step ${before}`);
    assert.ok(existsSync(path.join(root, "checkpoints", "notebook.safetensors")));
    const after = stepIn(await runAndStop(before + 1, trainNow));
    assert.ok(after > before, `stopped at step ${before}, then at ${after}`);
    const other = trainNow.map((code) => code.replace("labelDropout: LABEL_DROPOUT,", "labelDropout: 0.5,"));
    assert.match(await runAndStop(Infinity, other), /notebook\.safetensors is of a run with other settings/);
  },
);
