/** What the three trainings with a mistake learn from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NULL_LABEL, noisyBatch, zeroTerminalSnrSchedule } from "cfg-lib";
import { TRAINING_MISTAKES } from "cfg-lib/dist/gallery/training-mistakes";
import type { DrawBatch } from "cfg-lib/dist/training/train";

const given = { images: new Float32Array(32 * 1024).fill(-1), labels: new Array<number>(32).fill(7) };
const schedule = zeroTerminalSnrSchedule();

/** The labels of the first steps. */
const labelsOf = (draw: DrawBatch): number[][] =>
  Array.from({ length: 40 }, (_, step) => {
    const options = { schedule, labelDropout: 0.2, nullLabel: NULL_LABEL, seed: 0, step };
    return Array.from(draw(given, options).labels.dataSync());
  });

test("dropping to class 0 drops as many labels as it should, and none to the null label", () => {
  const [right, wrong] = [noisyBatch, TRAINING_MISTAKES["null-as-zero"]].map(labelsOf);
  assert.ok(right.flat().includes(NULL_LABEL));
  assert.deepEqual(
    wrong,
    right.map((labels) => labels.map((label) => (label === NULL_LABEL ? 0 : label))),
  );
});

test("dropout per batch drops all labels of a batch or none, at the rate", () => {
  const batches = labelsOf(TRAINING_MISTAKES["dropout-per-batch"]);
  for (const labels of batches) assert.equal(new Set(labels).size, 1);
  const dropped = batches.filter(([label]) => label === NULL_LABEL).length;
  assert.ok(dropped > 2 && dropped < 16, `${dropped} of 40`);
});

test("data in [0, 1] lifts the paper from -1 to 0, and changes nothing else", () => {
  const options = { schedule, labelDropout: 0, nullLabel: NULL_LABEL, seed: 0, step: 0 };
  const [right, wrong] = [noisyBatch, TRAINING_MISTAKES["zero-to-one"]].map((draw) => draw(given, options));
  assert.deepEqual(right.noise.dataSync(), wrong.noise.dataSync());
  const [a, b] = [right.xt, wrong.xt].map((xt) => xt.dataSync());
  const t = right.timesteps[0];
  assert.ok(Math.abs(b[0] - a[0] - Math.sqrt(schedule.alphaBars[t])) < 1e-5);
});
