/** A model that takes w itself is asked once. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  apg,
  createModel,
  guide,
  largestDifference,
  limitedInterval,
  NULL_LABEL,
  sample,
  sampleAll,
  startEngine,
  uniPc,
} from "cfg-lib";

before(() => startEngine());

/** An answer that depends on image, timestep and label. */
const answer = (x: tf.Tensor4D, t: number, labels: readonly number[]): tf.Tensor4D =>
  tf.mul(
    tf.tanh(x),
    tf.tensor4d(
      labels.map((label) => (label - 4) / 10 + t / 1000),
      [labels.length, 1, 1, 1],
    ),
  );
const labels = [3, 8, 1];
const guidanceScale = [0, 1, 3.5];
const how = { labels, guidanceScale, sampler: uniPc, steps: 4, seed: 1 };

test("it is asked once in each step, with the label and the w of each image, and draws what two passes draw", () => {
  const asked: { labels: number[]; scales: readonly number[] | undefined }[] = [];
  const guided = createModel(
    (x, t, some, scales) => {
      asked.push({ labels: some, scales });
      const u = answer(
        x,
        t,
        some.map(() => NULL_LABEL),
      );
      return guide(u, answer(x, t, some), scales!);
    },
    { guided: true, predicts: "v" },
  );
  const twice = createModel(answer, { predicts: "v" });
  assert.ok(largestDifference(sampleAll(guided, how).images, sampleAll(twice, how).images) < 1e-4);
  assert.deepEqual(
    asked,
    Array.from({ length: 4 }, () => ({ labels, scales: guidanceScale })),
  );
  for (const step of sample(guided, how)) assert.deepEqual([step.epsU, step.epsC], [undefined, undefined]);
});

test("another rule than plain guidance is refused: it would find nothing to combine", () => {
  const guided = createModel((x) => tf.zerosLike(x), { guided: true, predicts: "v" });
  for (const rule of [limitedInterval({ low: 0, high: 200 }), apg({ eta: 0 })])
    assert.throws(
      () => sampleAll(guided, { ...how, rule }),
      /has plain guidance in it, and cannot be sampled by/,
    );
});
