/** Sampling step by step, with the U-Net. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  convertPrediction,
  createModel,
  ddim,
  largestDifference,
  type Model,
  runToEnd,
  sample,
  sampleAll,
  startEngine,
} from "cfg-lib";
import { countCalls, labels, modelOf, predict, smallModel } from "../guidance/small-model";
import { noiseImages, SMALL_SHAPE } from "../small-images";

let net: CFGUnet;
let model: Model;
before(() => {
  startEngine();
  net = new CFGUnet({ seed: 1 });
  model = createModel((x, t, digits) => net.predict(x, t, digits));
});
after(() => net.dispose());

test("the same seed gives the same digits, another seed others", () => {
  const options = { labels: [3, 7], guidanceScale: 2, steps: 5 };
  const first = sampleAll(model, { ...options, seed: 1 }).images;
  assert.deepEqual(sampleAll(model, { ...options, seed: 1 }).images, first);
  assert.notDeepEqual(sampleAll(model, { ...options, seed: 2 }).images, first);
});

test("a digit does not depend on which others are in the batch", () => {
  const options = { guidanceScale: 2, steps: 5, seed: 1 };
  const together = sampleAll(model, { ...options, labels: [3, 7, 9] }).images;
  const alone = sampleAll(model, { ...options, labels: [9], noiseIndices: [2] }).images;
  assert.ok(largestDifference(together.slice(2 * 1024), alone) < 1e-4);
});

test("images with the same noise index start from the same noise at every scale", () => {
  const steps = sample(model, { labels: [3, 3], guidanceScale: [1, 4], noiseIndices: [0, 0], steps: 3 });
  const first = steps.next();
  assert.ok(!first.done);
  const [a, b] = tf.split(first.value.xt, 2);
  assert.deepEqual(a.dataSync(), b.dataSync());
  steps.return({ images: new Float32Array(), shape: [0, 0, 0, 0] });
});

test("every step is yielded and counted from 1, and no noise is added in the last one", () => {
  const times: (number | null)[] = [];
  const noise = (t: number | null): tf.Tensor4D => {
    times.push(t);
    return tf.ones([1, 32, 32, 1]);
  };
  const steps = Array.from(sample(model, { labels: [1], steps: 4, noise }), ({ t, step, steps }) => [
    step,
    steps,
    t,
  ]);
  assert.deepEqual(steps, [
    [1, 4, 299],
    [2, 4, 224],
    [3, 4, 149],
    [4, 4, 74],
  ]);
  assert.deepEqual(times, [null, 299, 224, 149]);
});

test("sampling leaves no tensor behind, also when it is ended early", () => {
  const options = { labels: [1, 2], guidanceScale: 2, steps: 4 };
  sampleAll(model, options);
  const tensors = tf.memory().numTensors;
  sampleAll(model, options);
  assert.equal(tf.memory().numTensors, tensors);
  for (const { step } of sample(model, options)) if (step === 2) break;
  assert.equal(tf.memory().numTensors, tensors);
});

test("scales that share their noise are asked about once in the first step", () => {
  const { model: counting, calls } = countCalls(smallModel);
  const scales = [0, 1, 2, 3, 4].flatMap((w) => labels.map(() => w));
  const together = sampleAll(counting, {
    labels: scales.map((_, i) => labels[i % 3]),
    guidanceScale: scales,
    noiseIndices: scales.map((_, i) => i % 3),
    sampler: ddim(),
    steps: 2,
  }).images;
  assert.deepEqual(calls, [6, 24]); // half without a label (w = 1 needs none), half with it (w = 0 needs none)
  const alone = sampleAll(smallModel, { labels, guidanceScale: 3, sampler: ddim(), steps: 2 }).images;
  assert.ok(largestDifference(together.slice(9 * 16, 12 * 16), alone) < 1e-5);
});

test("noise of the caller's own may differ from image to image, so no images are taken to be equal", () => {
  const { model: counting, calls } = countCalls(smallModel);
  const noise = (): tf.Tensor4D => noiseImages(3);
  sampleAll(counting, { labels: [4, 4, 4], noiseIndices: [0, 0, 0], noise, sampler: ddim(), steps: 1 });
  assert.deepEqual(calls, [3]);
});

test("what a network predicts is what its model says: every step tells the noise of both passes", () => {
  const velocity = modelOf("v");
  const options = { labels, guidanceScale: 2, sampler: ddim(), steps: 2 };
  for (const { t, xt, eps, epsU, epsC } of sample(velocity, options)) {
    const alphaBar = velocity.schedule.alphaBars[t];
    tf.tidy(() => {
      const v = predict(xt, t, labels);
      const expected = tf.add(tf.mul(xt, Math.sqrt(1 - alphaBar)), tf.mul(v, Math.sqrt(alphaBar)));
      assert.ok(largestDifference(epsC!, expected) < 1e-5);
      const guided = tf.add(epsU!, tf.mul(2, tf.sub(epsC!, epsU!)));
      assert.ok(largestDifference(eps, guided) < 1e-5);
    });
  }
});

test("a network of the noise and the same one turned into v end in the same images", () => {
  const { schedule } = smallModel;
  const turned = createModel(
    (x, t, digits) =>
      tf.tidy(() =>
        convertPrediction(predict(x, t, digits), "noise", "v", { xt: x, alphaBar: schedule.alphaBars[t] }),
      ),
    { predicts: "v", schedule, imageShape: SMALL_SHAPE },
  );
  const options = { labels, guidanceScale: 2, sampler: ddim(), steps: 10 };
  const ofNoise = sampleAll(smallModel, options).images;
  assert.ok(largestDifference(sampleAll(turned, options).images, ofNoise) < 1e-4);
  assert.ok(
    largestDifference(sampleAll(modelOf("v"), options).images, ofNoise) > 1e-2,
    "what it says matters",
  );
});

test("a generator is run to its end for what it returns", () => {
  const ran: string[] = [];
  function* work(): Generator<number, string> {
    for (const step of [1, 2, 3]) {
      yield step;
      ran.push(`after ${step}`);
    }
    return "done";
  }
  assert.equal(runToEnd(work()), "done");
  assert.deepEqual(ran, ["after 1", "after 2", "after 3"]);
  const run = sample(smallModel, { labels, sampler: ddim(), steps: 3, seed: 5 });
  const { images } = sampleAll(smallModel, { labels, sampler: ddim(), steps: 3, seed: 5 });
  assert.deepEqual(runToEnd(run).images, images);
});
