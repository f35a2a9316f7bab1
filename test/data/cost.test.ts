import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { original, temporaryFolder, writeSet } from "./files";

interface Cost {
  seconds: number;
  peakMB: number;
}

/** Loads the training set once in a fresh process: wall time, and how far peak memory rose above what Node had. */
function measure(load: string, dir?: string): Cost {
  const script = `
    const { readFileSync } = require("node:fs");
    const { ${load} } = require("mnist-data-loader");
    const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
    (async () => {
      const before = peak();
      const start = performance.now();
      const { count } = await ${load}(${JSON.stringify({ dir })});
      const seconds = (performance.now() - start) / 1000;
      if (count !== 60000) throw new Error("wrong count");
      console.log(JSON.stringify({ seconds, peakMB: peak() - before }));
    })();`;
  return JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: __dirname, encoding: "utf8" }),
  ) as Cost;
}

const skip = existsSync("/proc/self/status") ? false : "peak memory is read from Linux' /proc";

for (const load of ["loadMnist", "loadMnistAsync"]) {
  for (const packed of [false, true]) {
    void test(
      `${load} reads and resizes the training set${packed ? " from .gz" : ""} in a second and 150 MB`,
      { skip },
      (t) => {
        let dir: string | undefined;
        if (packed) {
          const pair = {
            images: gzipSync(original("train-images-idx3-ubyte"), { level: 1 }),
            labels: gzipSync(original("train-labels-idx1-ubyte")),
          };
          dir = writeSet(temporaryFolder(t), pair);
        }
        const runs = [1, 2, 3].map(() => measure(load, dir));
        const seconds = Math.min(...runs.map((run) => run.seconds));
        const peakMB = Math.max(...runs.map((run) => run.peakMB));
        t.diagnostic(
          `${load}${packed ? " .gz" : ""}: best ${seconds.toFixed(2)} s, worst ${peakMB.toFixed(0)} MB of 3 runs`,
        );
        assert.ok(peakMB <= 150, `${peakMB} MB`);
        // The goal is 1 s on a machine at rest. A busy one, with tests beside this one, gets three times that.
        assert.ok(seconds <= 3, `${seconds} s`);
      },
    );
  }
}
