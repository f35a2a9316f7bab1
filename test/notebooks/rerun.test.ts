/** The sweep cell of notebook 06, run again and again in a real kernel. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { FOLDER, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { startKernel } from "../notebook/kernel";

test(
  "50 re-runs of the sweep cell grow neither tensors nor memory",
  { skip: existsSync("/proc/self/status") ? false : "memory is read from Linux' /proc" },
  async (t) => {
    const { cells } = readNotebook(path.join(FOLDER, "06_guidance_scale.ipynb"));
    const cell = textOf(cells.find(({ cell_type }) => cell_type === "code")!.source);
    const sweep = /^const images = (await sweep\(.*\));$/m.exec(cell)?.[1];
    assert.ok(sweep, "the first cell ends with the sweep");
    const kernel = await startKernel();
    try {
      const run = async (code: string): Promise<string> => {
        const { status, printed } = await kernel.run(code);
        assert.equal(status, "ok", printed);
        return printed;
      };
      await run(cell);
      await run(`import * as tf from "@tensorflow/tfjs-core";`);
      const again = async (times: number): Promise<{ tensors: number; mb: number }> => {
        for (let i = 0; i < times; i++) await run(sweep);
        const [tensors, pid] = (await run(`console.log(tf.memory().numTensors, process.pid);`))
          .trim()
          .split(" ");
        const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1];
        return { tensors: Number(tensors), mb: Number(kilobytes) / 1024 };
      };
      const early = await again(10); // by then every buffer has been made once
      const late = await again(40);
      t.diagnostic(`after 10: ${JSON.stringify(early)}, after 50: ${JSON.stringify(late)}`);
      assert.equal(late.tensors, early.tensors);
      assert.ok(
        late.mb < early.mb + 30,
        `${early.mb.toFixed(0)} MB after 10, ${late.mb.toFixed(0)} MB after 50`,
      );
    } finally {
      await kernel.close();
    }
  },
);
