import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { type KernelOptions, startKernel } from "../kernel/kernel";

const folder = mkdtempSync(path.join(os.tmpdir(), "kernels-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Describes tslab's own kernel, as it comes, and says how to start it. */
function bareTslab(): KernelOptions {
  const description = {
    argv: [
      process.execPath,
      require.resolve("tslab/bin/tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
    display_name: "bare tslab",
    language: "typescript",
  };
  mkdirSync(path.join(folder, "kernels", "bare-tslab"), { recursive: true });
  writeFileSync(path.join(folder, "kernels", "bare-tslab", "kernel.json"), JSON.stringify(description));
  return { name: "bare-tslab", env: { JUPYTER_PATH: folder } };
}

/**
 * Megabytes in memory after the cells, those that no other kernel shares, and whether TensorFlow's library is among
 * them.
 */
async function memoryAfter(
  cells: string[],
  options?: KernelOptions,
): Promise<{ mb: number; own: number; engine: boolean }> {
  const kernel = await startKernel(options);
  try {
    for (const cell of cells) {
      const { status, printed } = await kernel.run(cell);
      assert.equal(status, "ok", printed);
    }
    const pid = (await kernel.run(`console.log(process.pid);`)).printed.trim();
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1];
    const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
    const own = /Private_Dirty:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))![1];
    return {
      mb: Number(kilobytes) / 1024,
      own: Number(own) / 1024,
      engine: /libtensorflow|tfjs_binding/.test(maps),
    };
  } finally {
    await kernel.close();
  }
}

const IMPORTS = `
  import { linearSchedule, scheduleChart, show } from "cfg-lib";
  import { batches, loadMnist } from "mnist-data-loader";`;

test(
  "before a cell needs the engine, a kernel takes at most 30 MB more than a bare tslab",
  { skip: existsSync("/proc/self/status") ? false : "memory is read from Linux' /proc" },
  async (t) => {
    const bare = await memoryAfter([`console.log(1);`, `console.log(2);`], bareTslab());
    const ours = await memoryAfter([
      IMPORTS,
      `const schedule = linearSchedule(); show(scheduleChart(schedule));`,
    ]);
    t.diagnostic(`bare ${bare.mb.toFixed(0)} MB, with schedule and figure ${ours.mb.toFixed(0)} MB`);
    assert.equal(ours.engine, false, "TensorFlow's library is loaded");
    assert.ok(ours.mb - bare.mb <= 30, `${ours.mb} MB, a bare kernel ${bare.mb} MB`);

    const started = await memoryAfter([`import { startEngine } from "cfg-lib"; startEngine();`]);
    assert.equal(started.engine, true, "the check for the library bites");
    t.diagnostic(`with the engine ${started.mb.toFixed(0)} MB`);
  },
);

test(
  "a kernel that has drawn 200 guided digits keeps at most 500 MB of its own",
  { skip: existsSync("/proc/self/smaps_rollup") ? false : "memory is read from Linux' /proc" },
  async (t) => {
    const { own } = await memoryAfter([
      `import * as cfg from "cfg-lib";
       cfg.startEngine();
       const model = cfg.loadModel("small");
       const labels = cfg.labelsFor(200);
       const { shape } = cfg.sampleAll(model, { labels, guidanceScale: 2, sampler: cfg.dpmSolver, steps: 2 });`,
    ]);
    t.diagnostic(`${own.toFixed(0)} MB`);
    assert.ok(own <= 500, `${own} MB`);
  },
);
