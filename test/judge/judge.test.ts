import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { FEATURE_COUNT, judgeShapes } from "cfg-lib/dist/judge/judge";
import { initialStateDict, loadJudge, startEngine } from "cfg-lib";
import { Judge } from "cfg-lib/dist/judge/judge";
import { trainJudge } from "cfg-lib/dist/judge/judge-training";
import { shiftImages } from "cfg-lib/dist/judge/judge-training";
import { batches, loadMnist, pick, toFloat } from "mnist-data-loader";

before(() => startEngine());

test("the judge names at least 99.4% of the 10,000 test digits, and knows how sure it may be", () => {
  const judge = loadJudge();
  const { images, labels, count } = loadMnist({ split: "test" });
  const { labels: judged, confidences } = judge.judge(toFloat(images));
  judge.dispose();
  const right = judged.filter((label, i) => label === labels[i]).length;
  assert.ok(right >= 0.994 * count, `${right} of ${count}`);
  const said = confidences.reduce((sum, value) => sum + value, 0) / count;
  assert.ok(Math.abs(said - right / count) < 0.005, `it said ${said}, and ${right / count} was right`);
});

test("a verdict does not depend on what else is judged, and frees its tensors", () => {
  const before = tf.memory().numTensors;
  const judge = loadJudge();
  const { images } = pick(
    loadMnist({ split: "test" }),
    Int32Array.from({ length: 260 }, (_, i) => i),
  );
  const all = judge.judge(images);
  const alone = judge.judge(images.slice(255 * 1024, 256 * 1024));
  assert.equal(all.labels[255], alone.labels[0]);
  for (let i = 0; i < FEATURE_COUNT; i++) {
    const [one, other] = [all.features[255 * FEATURE_COUNT + i], alone.features[i]];
    assert.ok(Math.abs(one - other) < 1e-3, `feature ${i}: ${one}, ${other}`);
  }
  judge.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test("training a judge lowers its loss, is repeatable, and frees its tensors", () => {
  const train = loadMnist();
  const before = tf.memory().numTensors;
  const run = (): { losses: number[]; finished: boolean } => {
    const losses: number[] = [];
    const steps = trainJudge({ batches: (where) => batches(train, { ...where, batchSize: 64 }), epochs: 1 });
    for (const { loss } of steps) if (losses.push(loss) === 40) break;
    return { losses, finished: losses.length === 40 };
  };
  const [first, second] = [run(), run()];
  assert.ok(first.finished);
  assert.deepEqual(first.losses, second.losses);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
  assert.ok(mean(first.losses.slice(30)) < 0.6 * mean(first.losses.slice(0, 10)), first.losses.join(" "));
  assert.equal(tf.memory().numTensors, before);
});

test("shifting moves whole images, and what comes in is black", () => {
  const size = 8;
  const images = new Float32Array(50 * size * size).fill(-1);
  for (let i = 0; i < 50; i++) images[i * 64 + 3 * size + 4] = i / 50;
  const shifted = shiftImages(images, size, 1, 2);
  const places = new Set<number>();
  for (let i = 0; i < 50; i++) {
    const one = shifted.subarray(i * 64, (i + 1) * 64);
    const place = one.findIndex((value) => value !== -1);
    assert.equal(one[place], images[i * 64 + 3 * size + 4]);
    assert.equal(one.filter((value) => value !== -1).length, 1);
    const [down, right] = [Math.floor(place / size) - 3, (place % size) - 4];
    assert.ok(Math.abs(down) <= 2 && Math.abs(right) <= 2, `${down}, ${right}`);
    places.add(place);
  }
  assert.ok(places.size > 15, "in many directions");
});

test("wrong weights and wrong images are refused", () => {
  const state = initialStateDict(0, judgeShapes);
  const judge = new Judge(state);
  assert.throws(
    () => judge.judge(new Float32Array(1000)),
    /images has 1000 numbers; it must be a multiple of 1024/,
  );
  assert.throws(
    () => judge.judge(new Float32Array(1024).fill(NaN)),
    /pixel 0 of image 0 is NaN; it must be finite/,
  );
  judge.dispose();
  state.delete("output.bias");
  assert.throws(() => new Judge(state), /the judge's file has no tensor output.bias/);
});
