/**
 * The course's core on other versions of Node, fetched from npm: NODE_VERSIONS=22,24,26 node --import tsx --test FILE.
 * The plain run leaves them out, for each takes 60 MB of network and 130 MB of disk.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { startKernel } from "../kernel/kernel";

const root = path.resolve(__dirname, "..", "..");
const folder = mkdtempSync(path.join(os.tmpdir(), "node-versions-"));
const versions = (process.env.NODE_VERSIONS ?? "").split(",").filter(Boolean);
const skip = versions.length === 0 && "set NODE_VERSIONS, for example 22,24,26, to fetch and try them";
after(() => rmSync(folder, { recursive: true, force: true }));

/** Fetches a version of Node; returns the folder of its program. */
function fetchNode(version: string): string {
  const place = path.join(folder, version);
  mkdirSync(place);
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync("npm", ["install", "--prefix", place, "--no-save", "--no-audit", `${name}@${version}`]);
  return path.join(place, "node_modules", name, "bin");
}

/** Runs one of the project's commands on the Node of that folder; it must succeed without a warning of Node's. */
function npmRun(bin: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const result = spawnSync("npm", ["run", "--silent", ...args], { cwd: root, env, encoding: "utf8" });
  assert.equal(result.status, 0, result.stdout + result.stderr);
  assert.doesNotMatch(result.stderr, /\(node:\d+\)/);
  return result.stdout;
}

const CELL = `import * as cfg from "cfg-lib";
import * as tf from "@tensorflow/tfjs-core";
cfg.startEngine();
const model = cfg.loadModel("repaired-ema");
const { images } = cfg.sampleAll(model, { labels: [7], sampler: cfg.dpmSolver, steps: 2, seed: 1 });
const { indices } = tf.topk(tf.tensor1d([...images]), 1);
console.log(process.version, "finite:", images.every(Number.isFinite), "index:", indices.dataSync()[0]);`;

describe("the course's core", { skip }, () => {
  for (const version of versions) {
    describe(`on Node ${version}`, () => {
      let bin: string;
      before(() => void (bin = fetchNode(version)));

      it("runs a cell, with nothing on stderr but TensorFlow's own start", async () => {
        const own = path.join(root, ".venv/share/jupyter/kernels/tslab/kernel.json");
        const spec = JSON.parse(readFileSync(own, "utf8")) as { argv: string[] };
        spec.argv[0] = path.join(bin, "node");
        const kernels = path.join(folder, version, "jupyter", "kernels", "other");
        mkdirSync(kernels, { recursive: true });
        writeFileSync(path.join(kernels, "kernel.json"), JSON.stringify(spec));
        const env = { JUPYTER_PATH: path.join(folder, version, "jupyter") };
        const kernel = await startKernel({ name: "other", env });
        try {
          const { status, printed } = await kernel.run(CELL);
          assert.equal(status, "ok", printed);
          assert.match(printed, new RegExp(`^v${version}\\S* finite: true index: \\d+$`, "m"));
          assert.doesNotMatch(printed, /Warning/);
        } finally {
          await kernel.close();
        }
      });

      it("knows the flags that a kernel sets", () => {
        const file = path.join(root, "kernel", "dist", "optimize-late.js");
        const { status, stdout, stderr } = spawnSync(path.join(bin, "node"), [file], { encoding: "utf8" });
        assert.deepEqual([status, stdout + stderr], [0, ""]);
      });

      it("samples digits", () => {
        const file = path.join(folder, version, "digits.npy");
        npmRun(bin, "sample", "--", "--scale", "2", "--steps", "4", "--out", file);
        assert.ok(readFileSync(file).length > 10 * 1024 * 4);
      });

      it("gives PyTorch's numbers", () => {
        const text = npmRun(bin, "parity", "--", "test/golden/unet.json"); // a difference would make it fail
        assert.ok((text.match(/ pass /g) ?? []).length >= 24, text);
      });
    });
  }
});
