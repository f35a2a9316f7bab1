import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CellResult, type Kernel, startKernel } from "../kernel/kernel";

/** Training on four images a batch, long enough to be stopped. */
const TRAINING = `
const losses = new LossLog();
const training = progress(train(trainer, { batches: batches, schedule: schedule, epochs: 100 }), { label: "Training" });
for await (const { step, loss } of training) { losses.add(loss); last = step; }
show(lossChart(losses.values()));
console.log(JSON.stringify({ last: last, inTrainer: trainer.step, losses: losses.values().length, stopped: training.stopped }));
`;

const SAMPLING = `
const sampling = progress(sample(model, { labels: [3, 7], guidanceScale: 2 }), { label: "Sampling" });
for await (const { step, x } of sampling) { last = step; latest = x.dataSync<"float32">().slice(); }
show(digitGrid(latest, { columns: 2 }));
console.log(JSON.stringify({ last: last, pixels: latest.length, stopped: sampling.stopped, result: sampling.result ?? null }));
`;

const LOOKING = `
await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify({ last: last, listeners: process.listenerCount("SIGINT"), tensors: tf.memory().numTensors }));
`;

describe("the stop button of a real kernel", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(`
      import * as tf from "@tensorflow/tfjs-core";
      import { CFGUnet, createModel, digitGrid, initialStateDict, linearSchedule, LossLog, lossChart, progress, sample, show, smallUnet, startEngine, train, Trainer, unetShapes } from "cfg-lib";
      startEngine();
      const schedule = linearSchedule();
      const net = new CFGUnet();
      const model = createModel((x, t, labels) => net.predict(x, t, labels), { schedule: schedule });
      const trainer = new Trainer({ start: initialStateDict(0, unetShapes(smallUnet)) });
      const batches = () => new Array(50).fill({ images: new Float32Array(4 * 1024).fill(-1), labels: [0, 1, 2, 3] });
      let last = -1;
      let latest = new Float32Array();`);
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  /** Runs a cell and presses the button once its line says that `after` steps are done. */
  async function stopped(code: string, after: number): Promise<CellResult> {
    let isPressed = false;
    return kernel.run(code, ({ data }) => {
      const done = /(\d+)\/\d+,/.exec(String(data["text/plain"]))?.[1];
      if (isPressed || Number(done) < after || done === undefined) return;
      isPressed = true;
      kernel.interrupt();
    });
  }

  function lastLine({ printed }: CellResult): Record<string, unknown> {
    return JSON.parse(printed.trim().split("\n").at(-1)!) as Record<string, unknown>;
  }

  function progressLine({ outputs }: CellResult): string {
    return (outputs[0] as Record<string, string>)["text/plain"];
  }

  for (const [what, code] of [
    ["training", TRAINING],
    ["sampling", SAMPLING],
  ]) {
    it(`stops ${what} ten times: the cell goes on behind the loop and ends well, with what was done`, async () => {
      const tensors = new Set<unknown>();
      for (let press = 1; press <= 10; press++) {
        const cell = await stopped(code, 1);
        assert.equal(cell.status, "ok", cell.printed);
        assert.match(progressLine(cell), /Stopped at step \d+ of \d+\. What was done is kept\./);
        assert.ok(
          cell.outputs.some(
            (output) => typeof output === "object" && "application/vnd.plotly.v1+json" in output,
          ),
        );
        const outcome = lastLine(cell);
        assert.equal(outcome.stopped, true);
        if (what === "training") assert.equal(outcome.inTrainer, outcome.last);
        else assert.equal(outcome.pixels, 2 * 1024);

        const look = lastLine(await kernel.run(LOOKING));
        assert.equal(look.last, outcome.last, "nothing ran on after the stop");
        assert.equal(look.listeners, 1, "the kernel's own listener, and no other");
        if (press > 1) tensors.add(look.tensors);
      }
      assert.equal(tensors.size, 1, `tensors left over: ${[...tensors].join(", ")}`);
    });
  }

  it("pressed twice in one item gives up on the cell in one line; variables of earlier cells keep their values", async () => {
    await kernel.run(`let counted = 0; let wasStopped = false;`);
    const cell = await kernel.run(
      `const slow = progress([1, 2, 3]);
       for await (const n of slow) { console.log("item"); counted = n; await new Promise((resolve) => setTimeout(resolve, 1000)); }
       wasStopped = slow.stopped;
       counted += 100;`,
      ({ text }) => {
        if (!text.includes("item")) return;
        kernel.interrupt();
        setTimeout(() => kernel.interrupt(), 300);
      },
    );
    assert.equal(cell.status, "error");
    assert.match(
      cell.printed,
      /Stopped\. What the cell was waiting for may go on unseen; restarting the kernel ends it\.\n$/,
    );
    const next = await kernel.run(
      `await new Promise((resolve) => setTimeout(resolve, 1500)); console.log(counted, wasStopped);`,
    );
    assert.equal(next.printed.trim().split("\n").at(-1), "101 true");
  });
});
