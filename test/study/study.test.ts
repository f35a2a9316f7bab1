import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { before, test, type TestContext } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { DETAILED_FROM } from "cfg-lib/dist/measures/score";
import {
  findPoint,
  floorOf,
  labelsFor,
  loadJudge,
  type Measured,
  mnistReference,
  type PointSettings,
  runToEnd,
  samplePoint,
  saveWeights,
  score,
  startEngine,
} from "cfg-lib";
import type { Judge } from "cfg-lib/dist/judge/judge";
import { loadWeights } from "cfg-lib/dist/weights/files";
import { readStudy, writeStudy } from "cfg-lib/dist/study/study";
import { sweep } from "cfg-lib/dist/study/sweep";
import type { MnistReference } from "cfg-lib/dist/study/mnist-reference";
import { runPoint } from "cfg-lib/dist/study/sweep";
import { digitsOf, loadMnist, pick } from "mnist-data-loader";
import { temporaryFolder } from "../files/disk";

let judge: Judge;
let reference: MnistReference;

before(() => {
  startEngine();
  judge = loadJudge();
  reference = mnistReference(judge);
});

const SMALL: PointSettings = {
  weights: "repaired-ema",
  rule: { rule: "plain" },
  sampler: "dpm-solver",
  steps: 3,
  scale: 1.5,
  n: 20,
  seed: 7,
  start: "noise",
};

const temporaryFile = (t: TestContext): string => path.join(temporaryFolder(t), "study.json");

test("a sweep that is killed in the middle of a point goes on where it was, and ends in the same study", (t) => {
  const file = temporaryFile(t);
  const points = [1, 2, 3].map((scale) => ({ ...SMALL, scale }));
  const whole = readStudy(file);
  runToEnd(sweep(points, whole, { judge, reference }));
  assert.equal(whole.points.length, 3);

  const before = tf.memory().numTensors;
  const first = readStudy(file);
  for (const { done, step } of sweep(points, first, { judge, reference })) {
    if (!step) writeStudy(file, first);
    else if (done === 1 && step.step === 2) break; // in the middle of the second point
  }
  assert.equal(tf.memory().numTensors, before, "the point in work is freed");
  const second = readStudy(file);
  assert.equal(second.points.length, 1);
  const counts: number[] = [];
  for (const { done, step } of sweep(points, second, { judge, reference })) if (!step) counts.push(done);
  assert.deepEqual(counts, [2, 3], "what is done is not done again");
  const scores = (study: typeof whole): unknown => points.map((point) => findPoint(study, point)?.score);
  assert.deepEqual(scores(second), scores(whole));
});

test("equal settings give equal digits, another seed others; tensors are freed", () => {
  const before = tf.memory().numTensors;
  const [one, same, other] = [SMALL, SMALL, { ...SMALL, seed: 8 }].map(
    (settings) => runToEnd(samplePoint(settings)).images,
  );
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
  assert.equal(tf.memory().numTensors, before);
});

/** The measures that a score has an interval of only where there are enough digits. */
const FEATURE_MEASURES = ["precision", "recall", "density", "coverage", "variety"] as const;

function checkInside(name: string, { value, low = NaN, high = NaN }: Measured): void {
  assert.ok(low < value && value < high, `${name}: ${low} < ${value} < ${high}`);
}

test("real digits score as real digits should", () => {
  const floor = floorOf(judge, reference, 500, 4);
  assert.ok(floor.accuracy.value > 0.985, `accuracy ${floor.accuracy.value}`);
  const { precision, recall, density, variety } = floor;
  assert.ok(precision.value > 0.6, `precision ${precision.value}`);
  assert.ok(recall.value > 0.6, `recall ${recall.value}`);
  assert.ok(Math.abs(density.value - 1) < 0.15, `density ${density.value}`);
  assert.ok(Math.abs(variety.value - 1) < 0.1, `variety ${variety.value}`);
  for (const name of FEATURE_MEASURES) checkInside(name, floor[name]);
  const noise = runToEnd(runPoint({ ...SMALL, weights: "seed", scale: 0, steps: 1 }, { judge, reference }));
  assert.ok(noise.score.frechet.value > 10 * floor.frechet.value, "one step from noise is far away");
});

test("1,000 digits get intervals of every measure, and copies of training digits are found out", () => {
  const labels = labelsFor(DETAILED_FROM);
  const train = loadMnist();
  const copied = labels.map((label, i) => digitsOf(train, label, 100)[Math.floor(i / 10)]);
  const copies = score(judge, reference, pick(train, Int32Array.from(copied)).images, labels);
  // Only some of the training digits: all 60,000 for both draws take seconds, and the copies above meet them all.
  const first = Int32Array.from({ length: 3000 }, (_, i) => i);
  const few = { ...reference, training: () => [pick(train, first).images] };
  const real = floorOf(judge, few, DETAILED_FROM, 2);
  for (const scored of [copies, real]) {
    for (const name of FEATURE_MEASURES) checkInside(name, scored[name]);
    const { value, low, high } = scored.nearest!;
    assert.ok(low <= value && value <= high, `nearest: ${low} <= ${value} <= ${high}`);
  }
  assert.ok(copies.nearest!.high < 1e-3, `copies: ${copies.nearest!.high}`);
  assert.ok(real.nearest!.low > 0.1, `real digits: ${real.nearest!.low}`);
  const { images, labels: named } = reference.pool;
  const half = score(judge, reference, images.slice(0, 500 * 1024), named.slice(0, 500));
  assert.equal(half.nearest, undefined);
  for (const name of FEATURE_MEASURES) assert.deepEqual(Object.keys(half[name]), ["value"], name);
});

test("the same number of each label is asked for", () => {
  assert.deepEqual(
    labelsFor(20),
    [...Array(20).keys()].map((i) => i % 10),
  );
  assert.throws(() => labelsFor(10), /n is 10; it must be a whole number from 20 to 60000/);
});

test("a damaged study is refused with its name and what is wrong", (t) => {
  const file = temporaryFile(t);
  const study = readStudy(file);
  runToEnd(sweep([SMALL], study, { judge, reference }));
  writeStudy(file, study);
  const text = readFileSync(file, "utf8");
  const deep = `${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`;
  const noSettings =
    /study\.json is damaged: point 0: settings is .*; it must be weights, rule, sampler, steps/;
  const damages: [string, RegExp][] = [
    [text.slice(0, text.length / 2), /study\.json is damaged: .*JSON/],
    [text.replace('"scale":1.5', '"scale":null'), noSettings],
    [text.replace('"rule":{"rule":"plain"}', '"rule":null'), noSettings],
    [text.replace('"rule":"plain"', `"rule":${deep}`), noSettings],
    [text.replace('"sampler":"dpm-solver"', '"sampler":7'), noSettings],
    [text.replace(/"seconds":[^}]+/, '"seconds":null'), /study\.json is damaged: point 0: seconds is null/],
    [
      text.replace('"precision":{"value":', '"precision":{"worth":'),
      /study\.json is damaged: floor 0: precision/,
    ],
    [
      text.replace(/"score":{"n":20/, '"score":{"n":null'),
      /study\.json is damaged: point 0: score is .*; it must/,
    ],
    [
      text.replace(/"repaired-ema":"\w+"/, `"repaired-ema":${deep}`),
      /study\.json is damaged: the hash of "repaired-ema" is something nested too deep/,
    ],
    ["version https://git-lfs.github.com/spec/v1\n", /study\.json is no study but a git-lfs pointer/],
    ["<html>", /study\.json is no study but a web page/],
    [text.replace('"points"', '"pints"'), /study\.json is damaged: it has no list of points/],
    ["[]", /study\.json is damaged: it is no JSON object/],
    ["{}", /study\.json is damaged: it has no hashes/],
    [
      text.replace(/"repaired-ema":"\w+"/, '"repaired-ema":7'),
      /the hash of "repaired-ema" is 7, which is no SHA-256/,
    ],
    [
      text.replace(/"repaired-ema":"(\w+)"/, '"seed":"$1"'),
      /a point of "repaired-ema" and no hash of these weights/,
    ],
  ];
  for (const [damaged, message] of damages) {
    writeFileSync(file, damaged);
    assert.throws(() => readStudy(file), message);
  }
});

test("a study of digits that are all wrong can be read again", (t) => {
  const file = temporaryFile(t);
  const study = readStudy(file);
  runToEnd(sweep([{ ...SMALL, weights: "small-dropout1", scale: 0, steps: 1 }], study, { judge, reference }));
  writeStudy(file, study);
  assert.deepEqual(readStudy(file), study);
});

test("a study knows its weaker networks by their hash, too", () => {
  const study = readStudy("none.json");
  const rule = { rule: "autoguidance", guide: "repaired-epoch1" } as const;
  runToEnd(sweep([{ ...SMALL, rule, steps: 1 }], study, { judge, reference }));
  assert.deepEqual(Object.keys(study.hashes), ["repaired-ema", "repaired-epoch1"]);
});

test("a study from other weights is refused", (t) => {
  const file = temporaryFile(t);
  writeStudy(file, { hashes: { seed: "0".repeat(64) }, machine: "here", floors: [], points: [] });
  assert.throws(
    () => readStudy(file),
    /made with other weights "seed" \(SHA-256 000000000000\.\.\.\) than those there are now/,
  );
});

test("settings that do not fit are refused before anything is sampled", (t) => {
  const noiseToTheEnd = temporaryFile(t).replace("study.json", "noise.safetensors");
  const { state, info } = loadWeights("seed");
  saveWeights(noiseToTheEnd, {
    state,
    info: { ...info, schedule: { ...info.schedule, kind: "zero-terminal-snr" } },
  });
  const refused: [Partial<PointSettings>, RegExp][] = [
    [{ steps: 0 }, /steps is 0; it must be a whole number from 1 to 300/],
    [{ steps: 301 }, /steps is 301; it must be a whole number from 1 to 300/],
    [{ scale: NaN }, /guidanceScale is NaN/],
    [{ weights: "sead" }, /sead/],
    [{ rule: { rule: "interval", low: 200, high: 100 } }, /low must not lie above high/],
    [{ rule: { rule: "none" } as never }, /the rule is "none"; there are plain,/],
    [{ sampler: "euler" as never }, /the sampler is "euler"; there are ddpm, ddim, dpm-solver/],
    [{ n: 7 }, /n is 7/],
    [{ seed: 0.5 }, /seed is 0\.5/],
    [{ rule: { rule: "cfg++" }, sampler: "ddpm" }, /the rule CFG\+\+ decides .* the sampler ddpm/],
    [
      { rule: { rule: "autoguidance", guide: "seed-epoch1" } },
      /The weaker network of autoguidance predicts noise, and the model that it guides v\./,
    ],
    [{ weights: noiseToTheEnd }, /alphaBar is 0 at timestep 299/],
  ];
  for (const [change, message] of refused) {
    assert.throws(() => runToEnd(samplePoint({ ...SMALL, ...change })), message);
    const study = readStudy("none.json");
    const points = [SMALL, { ...SMALL, ...change }];
    assert.throws(() => runToEnd(sweep(points, study, { judge, reference })), message);
    assert.equal(study.points.length, 0, "no point before it is computed either");
  }
});
