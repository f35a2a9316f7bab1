/** A whole training step as one graph. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  denoisingLoss,
  initialStateDict,
  normal,
  sinusoidalEmbedding,
  startEngine,
  type StateDict,
  Trainer,
  type UnetDescription,
  unetShapes,
} from "cfg-lib";
import { unetNetwork } from "cfg-lib/dist/unet/network";

before(() => startEngine());

const DESCRIPTION: UnetDescription = { patch: 4, channels: [6, 8, 10], conditionLength: 16, upKernel: 4 };
const network = unetNetwork(DESCRIPTION);
const start = initialStateDict(1, unetShapes(DESCRIPTION));

function question() {
  const [xt, target] = [1, 2].map((key) => tf.tensor4d(normal(8 * 1024, key), [8, 32, 32, 1]));
  const timesteps = Int32Array.from([0, 40, 80, 120, 160, 200, 240, 299]);
  const labels = tf.tensor1d([0, 1, 2, 10, 4, 5, 10, 7], "int32");
  const time = sinusoidalEmbedding(timesteps, DESCRIPTION.conditionLength);
  return { xt, target, timesteps, labels, inputs: [xt, time, labels] };
}

/** How far the weights are apart, over how far training has moved them. */
function relativeDistance(a: StateDict, b: StateDict): number {
  let [apart, moved] = [0, 0];
  for (const [name, { data }] of a) {
    const [other, before] = [b.get(name)!.data, start.get(name)!.data];
    for (const [i, value] of data.entries()) {
      apart += (value - other[i]) ** 2;
      moved += (value - before[i]) ** 2;
    }
  }
  return Math.sqrt(apart / moved);
}

test("whole steps do what gradients, Adam and the average do one after the other", () => {
  const { inputs, target, ...rest } = question();
  const [whole, parts] = [new Trainer({ start, emaDecay: 0.9 }), new Trainer({ start, emaDecay: 0.9 })];
  for (let step = 0; step < 5; step++) {
    const ofWhole = whole.trainStep(network, inputs, target, 0.5).dataSync()[0];
    const { loss, gradients } = denoisingLoss(parts, { target, ...rest });
    parts.applyGradients(gradients, 0.5);
    assert.ok(Math.abs(ofWhole - loss.dataSync()[0]) < 1e-5 * ofWhole, `loss of step ${step}`);
  }
  const [a, b] = [whole.state(), parts.state()];
  assert.equal(a.step, b.step);
  for (const part of ["model", "ema"] as const) {
    assert.deepEqual([...a[part].keys()], [...b[part].keys()]);
    const distance = relativeDistance(a[part], b[part]);
    assert.ok(distance < 1e-3, `${part}: ${distance}`);
  }
  assert.deepEqual([...a.adamM.keys()], [...b.adamM.keys()]);
});

test("a trainer goes on in steps of its own after whole ones, and back, without losing a number", () => {
  const { inputs, target, ...rest } = question();
  const trainer = new Trainer({ start });
  trainer.trainStep(network, inputs, target).dispose();
  const before = trainer.state();
  const { gradients } = denoisingLoss(trainer, { target, ...rest }); // leaves the graph
  for (const part of ["ema", "adamM", "adamV"] as const)
    for (const [name, { data }] of before[part])
      assert.deepEqual(trainer.state()[part].get(name)!.data, data, `${part} ${name}`);
  trainer.applyGradients(gradients);
  trainer.trainStep(network, inputs, target).dispose();
  assert.equal(trainer.step, 3);
});

test("whole steps leave no tensor behind, nor does their end", () => {
  const { inputs, target } = question();
  const tensors = tf.memory().numTensors;
  const trainer = new Trainer({ start });
  trainer.trainStep(network, inputs, target).dispose();
  const steady = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) trainer.trainStep(network, inputs, target).dispose();
  trainer.state();
  assert.equal(tf.memory().numTensors, steady);
  trainer.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});
