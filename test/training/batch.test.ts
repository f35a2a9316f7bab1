/** What a training step sees: timesteps, and noisy versions of images. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { linearSchedule, logitNormalTimesteps, noisyBatch, normal, startEngine } from "cfg-lib";
import { type NoisyBatchOptions, spreadTimesteps } from "cfg-lib/dist/training/batch";
import { normalQuantile } from "cfg-lib/dist/random";

startEngine();
const schedule = linearSchedule();
const random = { schedule, labelDropout: 0, nullLabel: 10, seed: 1, step: 0 };
const pictures = { images: normal(3 * 1024, 1), labels: [1, 2, 3] };

test("spread over a logit-normal distribution, a batch has one timestep in each part that is equally likely", () => {
  const logitNormal = { mean: 0.3, std: 0.8 };
  const n = 16;
  const given = { images: new Float32Array(n * 1024), labels: new Uint8Array(n) };
  const drawing = { schedule: linearSchedule(), labelDropout: 0.1, nullLabel: 10, seed: 0 };
  for (let step = 0; step < 20; step++) {
    const batch = noisyBatch(given, { ...drawing, step, spread: true, logitNormal });
    const parts = Array.from(batch.timesteps, (t) => {
      const z = (Math.log((t + 0.5) / (300 - t - 0.5)) - logitNormal.mean) / logitNormal.std;
      const share = Array.from({ length: 4000 }, (_, i) => normalQuantile((i + 0.5) / 4000)).filter(
        (q) => q < z,
      );
      return (share.length / 4000) * n;
    });
    // Sorted, the k-th lies in the k-th part, but for the rounding to whole timesteps.
    parts
      .sort((a, b) => a - b)
      .forEach((part, k) => assert.ok(part > k - 0.2 && part < k + 1.2, `${part} at ${k}`));
  }
});

test("spread timesteps are one in each part of the schedule, in no order, and every timestep as often as another", () => {
  const [count, timesteps] = [16, 300];
  const hits = new Uint32Array(timesteps);
  const firstParts = new Set<number>();
  for (let step = 0; step < 3000; step++) {
    const drawn = spreadTimesteps(count, timesteps, 4, step);
    const sorted = Array.from(drawn).sort((a, b) => a - b);
    const gaps = sorted.slice(1).map((t, i) => t - sorted[i]); // 300 / 16 is 18.75
    assert.ok(
      gaps.every((gap) => gap === 18 || gap === 19),
      `timesteps ${sorted.join(", ")}`,
    );
    firstParts.add(Math.floor((drawn[0] * count) / timesteps));
    for (const t of drawn) hits[t]++;
  }
  assert.equal(firstParts.size, count);
  const expected = (3000 * count) / timesteps; // 160, with a standard deviation of 12.2
  for (const [t, hit] of hits.entries())
    assert.ok(Math.abs(hit - expected) < 5 * 12.2, `t = ${t}: ${hit} times`);
  assert.deepEqual(spreadTimesteps(4, 300, 1), spreadTimesteps(4, 300, 1));
  assert.notDeepEqual(spreadTimesteps(4, 300, 1), spreadTimesteps(4, 300, 2));
});

test("logit-normal timesteps have the quantiles of their distribution, and are the same for the same key", () => {
  const [mean, std, count] = [0.4, 0.9, 100_000];
  const drawn = logitNormalTimesteps(count, 300, { mean, std }, 7);
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  // z has 2.28 %, 25 %, 50 %, 75 % and 97.72 % below these.
  for (const [z, share] of [
    [-2, 0.02275],
    [-0.67449, 0.25],
    [0, 0.5],
    [0.67449, 0.75],
    [2, 0.97725],
  ]) {
    const below = drawn.filter((t) => t + 0.5 < 300 * sigmoid(mean + std * z)).length / count;
    assert.ok(Math.abs(below - share) < 0.01, `z = ${z}: ${below} are below`);
  }
  assert.ok(drawn.every((t) => Number.isInteger(t) && t >= 0 && t < 300));
  assert.deepEqual(drawn, logitNormalTimesteps(count, 300, { mean, std }, 7));
  const edge = logitNormalTimesteps(1000, 300, { mean: 1000, std: 1 }, 7);
  assert.ok(edge.every((t) => t === 299));
});

test("several noisy versions of an image have the same picture and label, and a timestep and noise of their own", () => {
  const { xt, timesteps, labels, noise } = noisyBatch(pictures, { ...random, noisesPerImage: 4 });
  assert.deepEqual(Array.from(labels.dataSync()), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  assert.deepEqual(xt.shape, [12, 32, 32, 1]);
  const [noisy, eps] = [xt.dataSync(), noise.dataSync()];
  for (let row = 0; row < 12; row++) {
    const alphaBar = schedule.alphaBars[timesteps[row]];
    for (const pixel of [0, 517, 1023]) {
      const x0 = pictures.images[Math.floor(row / 4) * 1024 + pixel];
      const at = row * 1024 + pixel;
      const expected = Math.sqrt(alphaBar) * x0 + Math.sqrt(1 - alphaBar) * eps[at];
      assert.ok(Math.abs(noisy[at] - expected) < 1e-5, `row ${row}, pixel ${pixel}`);
    }
  }
  assert.ok(new Set(timesteps).size > 8, `timesteps ${timesteps.join(", ")}`); // two of 12 may be the same by chance
  assert.equal(new Set(Array.from({ length: 12 }, (_, row) => eps[row * 1024])).size, 12);
});

test("one noise an image is the usual batch", () => {
  const [one, usual] = [{ noisesPerImage: 1 }, {}].map((more) =>
    noisyBatch(pictures, { ...random, ...more }),
  );
  assert.deepEqual(one.xt.dataSync(), usual.xt.dataSync());
  assert.deepEqual(one.timesteps, usual.timesteps);
});

const wrong: [Partial<NoisyBatchOptions>, RegExp][] = [
  [{ noisesPerImage: 0 }, /noisesPerImage is 0; it must be a whole number from 1 to 1000/],
  [{ noisesPerImage: 1.5 }, /noisesPerImage is 1\.5/],
  [{ logitNormal: { mean: NaN, std: 1 } }, /logitNormal\.mean is NaN; it must be a finite number/],
  [{ logitNormal: { mean: 0, std: 0 } }, /logitNormal\.std is 0; it must be a finite number above 0/],
];
for (const [options, error] of wrong)
  test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => noisyBatch(pictures, { ...random, ...options }), error);
  });
