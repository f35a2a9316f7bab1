/** The sweep cell of notebook 06, run again and again in a real kernel. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { FOLDER, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { startKernel } from "../kernel/kernel";

/** What a kernel holds. */
interface Memory {
  tensors: number;
  /** JavaScript's heap and its arrays, after a garbage collection. */
  scriptMB: number;
  /** The whole process. */
  allMB: number;
}

/** A cell that gives the kernel a garbage collector that can be called. */
const COLLECT = `
  import { setFlagsFromString } from "v8";
  import { runInNewContext } from "vm";
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");`;
const MEASURE = `
  collect();
  const { heapUsed, external } = process.memoryUsage();
  console.log(tf.memory().numTensors, process.pid, heapUsed + external);`;

test(
  "50 re-runs of the sweep cell grow neither tensors nor memory",
  { skip: existsSync("/proc/self/status") ? false : "memory is read from Linux' /proc" },
  async (t) => {
    const { cells } = readNotebook(path.join(FOLDER, "06_guidance_scale.ipynb"));
    const codes = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => textOf(source));
    const sweepCell = codes.findIndex((code) => code.includes("await sweep("));
    const sweep = /^const images = (await sweep\(.*\));$/m.exec(codes[sweepCell])?.[1];
    assert.ok(sweep, "the first sweep's cell ends with it");
    const kernel = await startKernel();
    try {
      const run = async (code: string): Promise<string> => {
        const { status, printed } = await kernel.run(code);
        assert.equal(status, "ok", printed);
        return printed;
      };
      // Three of the eight steps: the second looks back at the first, and with the third the first is freed.
      for (const code of codes.slice(0, sweepCell + 1)) await run(code.replace("steps: 8", "steps: 3"));
      await run(`import * as tf from "@tensorflow/tfjs-core";`);
      await run(COLLECT);
      const again = async (times: number): Promise<Memory> => {
        for (let i = 0; i < times; i++) await run(sweep);
        const [tensors, pid, bytes] = (await run(MEASURE)).trim().split(" ").map(Number);
        const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1];
        return { tensors, scriptMB: bytes / 2 ** 20, allMB: Number(kilobytes) / 1024 };
      };
      const early = await again(10); // by then every buffer has been made once
      const late = await again(40);
      const told = `after 10: ${JSON.stringify(early)}, after 50: ${JSON.stringify(late)}`;
      t.diagnostic(told);
      assert.equal(late.tensors, early.tensors);
      // 50 digits are 0.2 MB: one array of them kept by each re-run would be 8 MB more.
      assert.ok(late.scriptMB < early.scriptMB + 6, told);
      // What the process holds moves by some 40 MB as the system's allocator likes. A re-run makes and frees some
      // hundred MB of tensors: if a fortieth of them stayed, it would be 100 MB more and above.
      assert.ok(late.allMB < early.allMB + 100, told);
    } finally {
      await kernel.close();
    }
  },
);
