import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  createModel,
  ddim,
  largestDifference,
  runToEnd,
  sampleAll,
  sampleMany,
  startEngine,
} from "cfg-lib";
import { smallModel } from "../guidance/small-model";

before(() => startEngine());

test("sampling in batches gives the digits of one batch: noise, label and scale go with their digit", (t) => {
  const net = new CFGUnet({ seed: 1 });
  t.after(() => net.dispose());
  const model = createModel((x, time, digits) => net.predict(x, time, digits));
  const options = { labels: [3, 1, 4, 1, 5], steps: 3, seed: 1 };
  const each = { ...options, guidanceScale: [0, 1, 2, 3, 4], noiseIndices: [7, 7, 0, 1, 2] };
  for (const some of [options, each]) {
    const expected = sampleAll(model, some).images;
    const images = runToEnd(sampleMany(model, { ...some, batchSize: 2 }));
    assert.equal(images.length, expected.length);
    assert.ok(largestDifference(images, expected) < 1e-4);
  }
});

test("it tells after every step how far it is, over all batches", () => {
  const run = sampleMany(smallModel, { labels: [1, 2, 3], batchSize: 2, sampler: ddim(), steps: 2 });
  assert.deepEqual(
    [...run],
    [
      { step: 1, steps: 4, images: 0 },
      { step: 2, steps: 4, images: 0 },
      { step: 3, steps: 4, images: 2 },
      { step: 4, steps: 4, images: 2 },
    ],
  );
});

test("it leaves no tensor behind, also when it is ended early", () => {
  const options = { labels: [1, 2, 3], batchSize: 2, guidanceScale: 2, sampler: ddim(), steps: 2 };
  const tensors = tf.memory().numTensors;
  runToEnd(sampleMany(smallModel, options));
  assert.equal(tf.memory().numTensors, tensors);
  for (const { step } of sampleMany(smallModel, options)) if (step === 3) break;
  assert.equal(tf.memory().numTensors, tensors);
});

test("a batch without place for an image is refused", () => {
  for (const batchSize of [0, 1.5])
    assert.throws(
      () => runToEnd(sampleMany(smallModel, { labels: [1], batchSize })),
      new RegExp(`batchSize is ${batchSize}; it must be a whole number of at least 1`),
    );
});
