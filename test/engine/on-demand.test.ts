/** What happens where nobody calls startEngine. In a process of its own: here no engine is started before. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { loadModel, sampleAll, startEngine } from "cfg-lib";

test("without startEngine the first tensor starts TensorFlow, the one that startEngine starts", () => {
  assert.ok(!tf.getBackend(), "importing the library starts nothing");
  assert.equal(tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0], 6);
  assert.equal(tf.getBackend(), "tensorflow");
  const backend = tf.backend();
  assert.match(startEngine().tensorflow, /^2\./);
  assert.equal(tf.backend(), backend);
});

/** What a script prints in a process of its own. */
function outputOf(script: string): string {
  const cwd = path.join(__dirname, "../..");
  return execFileSync(process.execPath, ["-e", script], { cwd, encoding: "utf8", stdio: "pipe" }).trim();
}

const tensorflow = 'const tf = require("@tensorflow/tfjs-core"); const cfg = require("cfg-lib");';

test("the library's own functions start it too, and give the same numbers", () => {
  const script = `${tensorflow}
    const { images } = cfg.sampleAll(cfg.loadModel("seed"), { labels: [7], guidanceScale: 2, steps: 2 });
    console.log(tf.getBackend(), Buffer.from(images.buffer).toString("base64"));`;
  const [name, numbers] = outputOf(script).split(" ");
  assert.equal(name, "tensorflow");
  startEngine();
  const { images } = sampleAll(loadModel("seed"), { labels: [7], guidanceScale: 2, steps: 2 });
  const there = new Float32Array(new Uint8Array(Buffer.from(numbers, "base64")).buffer);
  assert.equal(there.length, images.length);
  images.forEach((value, i) => assert.ok(Math.abs(value - there[i]) < 1e-4, `pixel ${i}`));
});

test("tf.ready starts it", () => {
  assert.equal(outputOf(`${tensorflow} tf.ready().then(() => console.log(tf.getBackend()));`), "tensorflow");
});

test("a backend of one's own choice is left to do the work", () => {
  const own = `require("@tensorflow/tfjs-backend-cpu"); ${tensorflow}`;
  assert.equal(outputOf(`${own} tf.ones([2]); console.log(tf.getBackend());`), "cpu");
  const later = `${tensorflow} require("@tensorflow/tfjs-node-gpu"); tf.ones([2]); console.log(tf.getBackend());`;
  assert.equal(outputOf(later), "tensorflow");
});
