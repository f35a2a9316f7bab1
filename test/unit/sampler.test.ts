import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { CFGUnet, linearSchedule, type Predict, sample, sampleAll, sampleMany, startEngine } from "cfg-lib";

let net: CFGUnet;
let predict: Predict;
const schedule = linearSchedule();
before(() => {
  startEngine();
  net = new CFGUnet({ seed: 1 });
  predict = (x, t, labels) => net.predict(x, t, labels);
});
after(() => net.dispose());

const digit = (images: Float32Array, i: number): Float32Array => images.slice(i * 1024, (i + 1) * 1024);
const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);

test("the same seed gives the same digits, another seed others", () => {
  const options = { predict, schedule, labels: [3, 7], guidanceScale: 2, steps: 5 };
  const first = sampleAll({ ...options, seed: 1 }).images;
  assert.deepEqual(sampleAll({ ...options, seed: 1 }).images, first);
  assert.notDeepEqual(sampleAll({ ...options, seed: 2 }).images, first);
});

test("a digit does not depend on which others are in the batch", () => {
  const options = { predict, schedule, guidanceScale: 2, steps: 5, seed: 1 };
  const together = sampleAll({ ...options, labels: [3, 7, 9] }).images;
  const alone = sampleAll({ ...options, labels: [9], noiseIndices: [2] }).images;
  assert.ok(furthest(digit(together, 2), alone) < 1e-4);
});

test("images with the same noise index start from the same noise at every scale", () => {
  const steps = sample({
    predict,
    schedule,
    labels: [3, 3],
    guidanceScale: [1, 4],
    noiseIndices: [0, 0],
    steps: 3,
  });
  const first = steps.next();
  assert.ok(!first.done);
  const [a, b] = tf.split(first.value.xt, 2);
  assert.deepEqual(a.dataSync(), b.dataSync());
  steps.return({ images: new Float32Array(), shape: [0, 0, 0, 0] });
});

test("every step is yielded, and no noise is added in the last one", () => {
  const asked: (number | null)[] = [];
  const noise = (t: number | null): tf.Tensor4D => {
    asked.push(t);
    return tf.ones([1, 32, 32, 1]);
  };
  const seen = Array.from(
    sample({ predict, schedule, labels: [1], steps: 4, noise }),
    ({ t, step, steps }) => [step, steps, t],
  );
  assert.deepEqual(
    seen,
    [0, 1, 2, 3].map((step) => [step, 4, [299, 224, 149, 74][step]]),
  );
  assert.deepEqual(asked, [null, 299, 224, 149]);
});

test("sampling leaves no tensor behind, also when it is ended early", () => {
  const options = { predict, schedule, labels: [1, 2], guidanceScale: 2, steps: 4 };
  sampleAll(options);
  const tensors = tf.memory().numTensors;
  sampleAll(options);
  assert.equal(tf.memory().numTensors, tensors);
  for (const { step } of sample(options)) if (step === 1) break;
  assert.equal(tf.memory().numTensors, tensors);
});

/** What sampleMany returns, run to its end. */
function many(options: Parameters<typeof sampleMany>[0]): Float32Array {
  const run = sampleMany(options);
  let next = run.next();
  while (!next.done) next = run.next();
  return next.value;
}

test("sampling in batches gives the digits of one batch: noise, label and scale go with their digit", () => {
  const labels = [3, 1, 4, 1, 5];
  const options = { predict, schedule, labels, steps: 3, seed: 1 };
  const each = { ...options, guidanceScale: [0, 1, 2, 3, 4], noiseIndices: [7, 7, 0, 1, 2] };
  for (const asked of [options, each]) {
    const expected = sampleAll(asked).images;
    const images = many({ ...asked, batchSize: 2 });
    assert.equal(images.length, expected.length);
    assert.ok(furthest(images, expected) < 1e-4);
  }
});

test("bad arguments are refused with what was given and what is allowed, before the network is asked", () => {
  const unasked: Predict = () => {
    throw new Error("the network was asked.");
  };
  const refused: [options: object, message: RegExp][] = [
    [{ labels: [11] }, /labels\[0\] is 11.*0 to 9.*null label/],
    [{ labels: [] }, /labels is empty; give at least one label/],
    [{ guidanceScale: NaN }, /guidanceScale is NaN/],
    [{ guidanceScale: [1, 2] }, /guidanceScale has the shape \[2\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1] }, /noiseIndices has the shape \[2\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1, 2, 3] }, /noiseIndices has the shape \[4\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1, 0.5] }, /noiseIndices\[2\] is 0\.5/],
    [{ steps: 301 }, /steps is 301/],
    [{ seed: 0.5 }, /seed is 0.5/],
    [{ startImage: new Float32Array(9) }, /startImage has the shape \[9\]; it must be \[1024\]/],
  ];
  for (const [wrong, message] of refused) {
    const options = { predict: unasked, schedule, labels: [1, 2, 3], steps: 2, ...wrong };
    assert.throws(() => sampleAll(options), message);
    for (const batchSize of [2, 100]) assert.throws(() => many({ ...options, batchSize }), message);
  }
});

test("the network refuses images, timesteps and labels that do not fit", () => {
  assert.throws(() => net.predict(tf.zeros([1, 28, 28, 1]), 0, [1]), /\[1, 28, 28, 1\].*\[any, 32, 32, 1\]/);
  assert.throws(() => net.predict(tf.zeros([1, 32, 32, 1]), -1, [1]), /timestep t is -1/);
});
