/** Notebook 11's run, in a kernel: stopped, gone on with after a restart, kept under a name, and loaded by it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { FOLDER, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { startKernel } from "../kernel/kernel";

test(
  "notebook 11's training can be stopped, goes on after a restart, and its model is loaded by its name",
  { timeout: 180_000 },
  async (t) => {
    const { cells } = readNotebook(path.join(FOLDER, "11_your_own_network.ipynb"));
    const codeOf = (id: string): string => {
      const cell = cells.find((one) => one.id === id);
      assert.ok(cell, `there is no cell ${id}`);
      return textOf(cell.source).replace("const SECONDS = 90;", "const SECONDS = 3;");
    };
    const folder = mkdtempSync(path.join(FOLDER, "test-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));

    /** Runs cells on a fresh kernel; presses the stop button once in the last one, if told at which step. */
    const run = async (ids: string[], stopAt = Infinity): Promise<string> => {
      const kernel = await startKernel({ folder });
      try {
        let all = "";
        for (const id of ids) {
          let isPressed = false;
          const { status, printed } = await kernel.run(codeOf(id), ({ data }) => {
            const done = Number(/ (\d+)\/\d+,/.exec(String(data["text/plain"]))?.[1] ?? 0);
            if (isPressed || id !== ids.at(-1) || done < stopAt) return;
            isPressed = true;
            kernel.interrupt();
          });
          all += printed;
          assert.ok(status === "ok" || isPressed, printed);
        }
        return all;
      } finally {
        await kernel.close();
      }
    };
    const stepsIn = (printed: string): number[] =>
      /(\d+) steps, (\d+) of them done/.exec(printed)!.slice(1).map(Number);

    const begin = ["own-start", "own-recipe", "own-open", "own-train"];
    const [steps, before] = stepsIn(await run(begin, 2));
    assert.equal(before, 0);
    assert.ok(existsSync(path.join(folder, "models", "mine.checkpoint.safetensors")));
    const rest = await run([...begin, "own-keep"]);
    const [sameSteps, after] = stepsIn(rest);
    assert.equal(sameSteps, steps);
    assert.ok(after >= 2 && after < steps, `stopped at step ${after} of ${steps}`);
    assert.match(rest, /models.mine\.safetensors/);
    assert.ok(existsSync(path.join(folder, "models", "mine.safetensors")));
  },
);
