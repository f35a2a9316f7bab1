/** The shipped network that takes w as an input: as PyTorch computes it, and as good as its teacher. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  dpmSolver,
  labelsFor,
  largestDifference,
  loadJudge,
  loadModel,
  NULL_LABEL,
  sampleAll,
  startEngine,
  type TrainedModel,
} from "cfg-lib";
import { guidedUnet } from "cfg-lib/dist/unet/description";
import { formulaNoise } from "../../scripts/parity/formula";

interface Golden {
  timesteps: number[];
  labels: number[];
  guidanceScale: number[];
  prediction: number[];
}

let student: TrainedModel;
let teacher: TrainedModel;
before(() => {
  startEngine();
  student = loadModel("guided");
  teacher = loadModel("small");
});
after(() => {
  student.dispose();
  teacher.dispose();
});

test("it predicts what PyTorch does with its weights", () => {
  const file = path.join(__dirname, "../golden/guided.json");
  const golden = JSON.parse(readFileSync(file, "utf8")) as Golden;
  assert.deepEqual(student.net.description, guidedUnet);
  const x = tf.tensor4d(Float32Array.from(formulaNoise(4 * 1024, 1002, 0)), [4, 32, 32, 1]);
  const { timesteps, labels, guidanceScale } = golden;
  for (const fold of [true, false]) {
    const answer = student.net.predict(x, timesteps, labels, { guidanceScale, fold });
    assert.ok(largestDifference(answer, golden.prediction) < 1e-4);
  }
});

test("w is from 0 to 4, and only for a network that takes it", () => {
  const x = tf.zeros<tf.Rank.R4>([2, 32, 32, 1]);
  const ask = (model: TrainedModel, guidanceScale: number | number[]): tf.Tensor =>
    model.net.predict(x, 5, [1, 2], { guidanceScale });
  for (const wrong of [-0.1, 4.5, NaN, [1, 5]])
    assert.throws(() => ask(student, wrong), /guidanceScale of a guided network is .*from 0 to 4/);
  assert.throws(() => ask(student, [1]), /guidanceScale has the shape \[1\]; it must be \[2\]/);
  assert.throws(() => ask(teacher, 1), /guidanceScale is given, and this network does not take it/);
  const sweep = { labels: [3], guidanceScale: 6, sampler: dpmSolver, steps: 4 };
  assert.throws(() => sampleAll(student, sweep), /guidanceScale of a guided network is 6/);
});

test("in one pass it draws what its teacher draws in two, from the same noise: right digits, and at w = 0 any", () => {
  const labels = labelsFor(60);
  const judge = loadJudge();
  const drawn = (model: TrainedModel, guidanceScale: number): Float32Array =>
    sampleAll(model, { labels, guidanceScale, sampler: dpmSolver, steps: 4, seed: 3 }).images;
  const rms = (a: Float32Array, b: Float32Array): number =>
    Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
  for (const w of [1.25, 3]) {
    const [ours, theirs] = [drawn(student, w), drawn(teacher, w)];
    const right = judge.judge(ours).labels.filter((label, i) => label === labels[i]).length;
    assert.ok(right >= 57, `${right} of 60 right at w = ${w}`);
    assert.ok(rms(ours, theirs) < 0.25 * rms(theirs, new Float32Array(theirs.length)), `w = ${w}`);
  }
  const right = judge.judge(drawn(student, 0)).labels.filter((label, i) => label === labels[i]).length;
  assert.ok(right < 20, `${right} of 60 right without guidance`);
});

test("at w = 0 it predicts what its teacher does without a label, though it is told one", () => {
  const x = tf.tensor4d(Float32Array.from(formulaNoise(4 * 1024, 1002, 0)), [4, 32, 32, 1]);
  const labels = [0, 3, 5, 9];
  const none = labels.map(() => NULL_LABEL);
  const ours = student.net.predict(x, 200, labels, { guidanceScale: 0 });
  const theirs = teacher.net.predict(x, 200, none);
  const conditional = teacher.net.predict(x, 200, labels);
  const apart = (a: tf.Tensor, b: tf.Tensor): number =>
    tf.mean(tf.squaredDifference(a, b)).dataSync<"float32">()[0];
  assert.ok(apart(ours, theirs) < 0.2 * apart(conditional, theirs));
});
