import assert from "node:assert/strict";
import { test } from "node:test";
import { CFGUnet, initialStateDict, normal, startEngine, unetShapes } from "cfg-lib";
import * as tf from "@tensorflow/tfjs-core";
import { startKernel } from "../kernel/kernel";

const CELL = `
  import * as tf from "@tensorflow/tfjs-core";
  import { CFGUnet, initialStateDict, normal, startEngine, unetShapes } from "cfg-lib";
  startEngine();
  const net = new CFGUnet({ state: initialStateDict(SEED, unetShapes()) });
  const x = tf.tensor4d(normal(2 * 1024, SEED), [2, 32, 32, 1]);
  for (let pass = 0; pass < 10; pass++) { net.predict(x, 100, [3, 7]).dispose(); await new Promise((go) => setImmediate(go)); }
  console.log(JSON.stringify(Array.from(net.predict(x, 100, [3, 7]).dataSync())));`;

test("two notebooks start the engine and predict at once, each its own right answer", async () => {
  const seeds = [1, 2];
  const kernels = await Promise.all(seeds.map(() => startKernel()));
  try {
    const cells = await Promise.all(
      kernels.map((kernel, i) => kernel.run(CELL.replaceAll("SEED", String(seeds[i])))),
    );
    startEngine();
    for (const [i, seed] of seeds.entries()) {
      assert.equal(cells[i].status, "ok", cells[i].printed);
      const answer = JSON.parse(cells[i].printed.trim().split("\n").at(-1)!) as number[];
      const net = new CFGUnet({ state: initialStateDict(seed, unetShapes()) });
      const x = tf.tensor4d(normal(2 * 1024, seed), [2, 32, 32, 1]);
      const expected = net.predict(x, 100, [3, 7]).dataSync();
      assert.equal(answer.length, 2 * 1024);
      answer.forEach((value, place) => assert.ok(Math.abs(value - expected[place]) < 1e-5, `place ${place}`));
    }
  } finally {
    await Promise.all(kernels.map((kernel) => kernel.close()));
  }
});
