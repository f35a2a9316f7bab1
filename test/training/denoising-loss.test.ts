import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  denoisingLoss,
  initialStateDict,
  largestDifference,
  linearSchedule,
  noisyBatch,
  normal,
  NULL_LABEL,
  predictTraining,
  startEngine,
  type StateDict,
  Trainer,
  unetShapes,
} from "cfg-lib";
import type { NoisyBatch } from "cfg-lib/dist/training/batch";

before(() => startEngine());

/** Four images of noise at random timesteps, with their labels. */
function smallBatch(): NoisyBatch {
  const images = { images: normal(4 * 1024, 1), labels: [1, 2, 3, 4] };
  return noisyBatch(images, {
    schedule: linearSchedule(),
    labelDropout: 0,
    nullLabel: NULL_LABEL,
    seed: 1,
    step: 0,
  });
}

test("gradients agree with finite differences", () => {
  const start = initialStateDict(3, unetShapes());
  const batch = smallBatch();
  const lossOf = (state: StateDict): { loss: number; gradient: (name: string) => Float32Array } => {
    const trainer = new Trainer({ start: state });
    const { loss, gradients } = denoisingLoss(trainer, batch);
    const all = trainer.gradientStateDict(gradients);
    trainer.dispose();
    return { loss: loss.dataSync()[0], gradient: (name) => all.get(name)!.data };
  };
  const { gradient } = lossOf(start);
  for (const name of [
    "final.bias",
    "up3.bn2.weight",
    "up_trans2.weight",
    "bottleneck.conv1.weight",
    "down1.time_mlp.weight",
  ]) {
    // Along the gradient itself the loss must change by its squared length.
    const direction = gradient(name);
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    const moved = (h: number): number => {
      const { shape, data } = start.get(name)!;
      const step = data.map((value, i) => value + (h * direction[i]) / length);
      return lossOf(new Map([...start, [name, { shape, data: step }]])).loss;
    };
    const h = 5e-3;
    const slope = (moved(h) - moved(-h)) / (2 * h);
    assert.ok(Math.abs(slope - length) < 0.02 * length + 2e-5, `${name}: slope ${slope}, gradient ${length}`);
  }
});

test("the loss is the mean squared error of the prediction in training mode, whose statistics are the batch's own", () => {
  const start = initialStateDict(3, unetShapes());
  const batch = smallBatch();
  const trainer = new Trainer({ start });
  const loss = denoisingLoss(trainer, batch).loss.dataSync()[0];
  trainer.dispose();
  const tensors = tf.memory().numTensors;
  const prediction = predictTraining(start, batch);
  assert.equal(tf.memory().numTensors, tensors + 1, "all but the prediction is freed");
  const error = tf.mean(tf.squaredDifference(prediction, batch.target)).dataSync()[0];
  assert.ok(Math.abs(loss - error) < 1e-6 * error, `loss ${loss}, error of the prediction ${error}`);
  const net = new CFGUnet({ state: start });
  const evaluated = net.predict(batch.xt, batch.timesteps, batch.labels.dataSync());
  net.dispose();
  const difference = largestDifference(prediction, evaluated);
  assert.ok(
    difference > 0.01,
    `the running statistics of fresh weights give another prediction: ${difference}`,
  );
});
