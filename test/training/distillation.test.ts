/** Guidance distilled into one pass: how it begins, what it learns from, and that a step is the right one. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  guide,
  initialStateDict,
  largestDifference,
  loadModel,
  normal,
  NULL_LABEL,
  parameterCount,
  smallUnet,
  startEngine,
  train,
  Trainer,
  type TrainedModel,
  type UnetDescription,
  unetShapes,
} from "cfg-lib";
import { drawFromTeacher, guidedStart } from "cfg-lib/dist/training/distillation";
import { CFGUnet } from "cfg-lib/dist/unet/cfg-unet";
import { guidedUnet } from "cfg-lib/dist/unet/description";
import { scaleEmbedding, sinusoidalEmbedding } from "cfg-lib/dist/unet/embedding";
import { unetNetwork } from "cfg-lib/dist/unet/network";
import { batches, loadMnist } from "mnist-data-loader";

let teacher: TrainedModel;
before(() => {
  startEngine();
  teacher = loadModel("small");
});
after(() => teacher.dispose());

const images = (count: number): tf.Tensor4D => tf.tensor4d(normal(count * 1024, 3), [count, 32, 32, 1]);

test("the small network that takes w has 12,480 numbers more, and begins as its teacher, whatever w is", () => {
  assert.equal(parameterCount(guidedUnet), 462_148);
  assert.equal(parameterCount(guidedUnet) - parameterCount(smallUnet), 3 * (64 * 64 + 64));
  const student = new CFGUnet({ state: guidedStart(teacher) });
  assert.deepEqual(student.description, guidedUnet);
  const [x, labels] = [images(3), [3, 8, NULL_LABEL]];
  const wanted = teacher.net.predict(x, 150, labels);
  for (const guidanceScale of [0, 1.5, [4, 0.25, 2]])
    for (const fold of [true, false]) {
      const answer = student.predict(x, 150, labels, { guidanceScale, fold });
      assert.ok(largestDifference(answer, wanted) < 1e-4);
    }
  assert.throws(() => guidedStart({ ...teacher, net: student }), /the teacher takes w as an input already/);
  student.dispose();
});

test("the target is the teacher's guided prediction at each image's own timestep and w, which lie from 0 to 4", () => {
  const mnist = loadMnist({ split: "test" });
  const [some] = batches(mnist, { batchSize: 64, seed: 1 });
  const options = {
    schedule: teacher.schedule,
    predicts: "v",
    nullLabel: NULL_LABEL,
    labelDropout: 0.9,
  } as const;
  const batch = drawFromTeacher(teacher)(some, { ...options, spread: true, seed: 5, step: 7 });
  assert.deepEqual([...batch.labels.dataSync()], [...some.labels], "no label is dropped");
  const scales = batch.guidanceScale!;
  assert.ok(Math.min(...scales) >= 0 && Math.max(...scales) > 3 && Math.max(...scales) <= 4);
  const low = scales.filter((w) => w < 1).length;
  assert.ok(low > 22 && low < 42, `${low} of 64 below 1`);
  for (const row of [0, 31, 63]) {
    const x = tf.slice(batch.xt, row, 1);
    const [u, c] = [NULL_LABEL, some.labels[row]].map((label) =>
      teacher.net.predict(x, batch.timesteps[row], [label]),
    );
    assert.ok(largestDifference(tf.slice(batch.target, row, 1), guide(u, c, scales[row])) < 1e-4);
  }
  const again = drawFromTeacher(teacher)(some, { ...options, spread: true, seed: 5, step: 7 });
  assert.deepEqual(again.guidanceScale, scales);
});

const TINY: UnetDescription = {
  ...{ patch: 4, channels: [6, 8, 10], conditionLength: 16, upKernel: 4 },
  guided: true,
};

test("whole steps of a guided network do what gradients and Adam do one after the other", () => {
  const network = unetNetwork(TINY);
  const start = initialStateDict(1, unetShapes(TINY));
  const [x, target] = [1, 2].map((key) => tf.tensor4d(normal(4 * 1024, key), [4, 32, 32, 1]));
  const labels = tf.tensor1d([0, 1, 2, 9], "int32");
  const inputs = [
    ...[x, sinusoidalEmbedding([0, 90, 180, 299], 16), labels],
    scaleEmbedding([0, 1, 2.5, 4], 16),
  ];
  const [whole, parts] = [new Trainer({ start }), new Trainer({ start })];
  for (let step = 0; step < 3; step++) {
    whole.trainStep(network, inputs, target);
    const { gradients } = parts.gradientsOf((layers) =>
      tf.mean<tf.Scalar>(tf.squaredDifference(network.run<tf.Tensor>(layers, inputs)[0], target)),
    );
    parts.applyGradients(gradients);
  }
  const [a, b] = [whole.stateDict(), parts.stateDict()];
  for (const [name, { data }] of a) {
    const apart = largestDifference(data, b.get(name)!.data);
    const moved = largestDifference(data, start.get(name)!.data);
    assert.ok(apart <= 0.02 * moved, `${name}: ${apart} of ${moved}`);
    if (name.startsWith("scale_mlp")) assert.ok(moved > 1e-4, `${name} was not trained`);
  }
});

test("a guided network does not train without a teacher, and another not on a teacher's batches", () => {
  const mnist = loadMnist({ split: "test" });
  const options = {
    schedule: teacher.schedule,
    batches: (where: object) => batches(mnist, { ...where, batchSize: 4 }),
  };
  const step = (start: Trainer, more: object = {}): unknown => train(start, { ...options, ...more }).next();
  const guided = new Trainer({ start: guidedStart(teacher) });
  assert.throws(() => step(guided), /a guided network learns from a teacher: give draw/);
  const plain = new Trainer({ start: teacher.net.stateDict() });
  assert.throws(() => step(plain, { draw: drawFromTeacher(teacher) }), /does not take them as an input/);
});
