/** The network on a plain TensorFlow.js backend, composed of its operations, gives TensorFlow's numbers. */
import "@tensorflow/tfjs-backend-cpu";
import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  denoisingLoss,
  fromStateDict,
  initialStateDict,
  largestDifference,
  normal,
  startEngine,
  type StateDict,
  Trainer,
  unetShapes,
} from "cfg-lib";
import type { Layers } from "cfg-lib/dist/nn/layers";
import { trainingLayers } from "cfg-lib/dist/nn/layers";
import { toStateDict } from "cfg-lib/dist/nn/parameters";
import { block } from "cfg-lib/dist/unet/network";

// The plain backend's gradient of a convolution takes some 50 times as long as its forward pass, so the gradients are
// those of small images, of as much of the network as has batch norms over many values: those over few magnify rounding.

before(() => startEngine());
afterEach(() => tf.setBackend("tensorflow"));

const state = initialStateDict(2, unetShapes());

/** What `compute` gives on TensorFlow and on the plain backend. */
async function onBoth<Result>(compute: () => Result): Promise<[fused: Result, composed: Result]> {
  const results: Result[] = [];
  for (const backend of ["tensorflow", "cpu"]) {
    assert.ok(await tf.setBackend(backend));
    results.push(compute());
  }
  return results as [Result, Result];
}

function assertClose(name: string, a: Float32Array, b: Float32Array, tolerance: number): void {
  assert.equal(a.length, b.length, name);
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-8);
  const error = largestDifference(a, b) / largest;
  assert.ok(error <= tolerance, `${name}: error ${error} of the largest value`);
}

function assertAllClose(composed: StateDict, fused: StateDict, tolerance: number): void {
  assert.ok(fused.size > 0);
  assert.deepEqual([...composed.keys()], [...fused.keys()]);
  for (const [name, { data }] of composed) assertClose(name, data, fused.get(name)!.data, tolerance);
}

/** The entries whose names begin so. */
const partOf = (whole: StateDict, ...prefixes: string[]): StateDict =>
  new Map([...whole].filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))));

const image = (n: number, size: number, key: number): tf.Tensor4D =>
  tf.tensor4d(normal(n * size * size, key), [n, size, size, 1]);

for (const fold of [true, false]) {
  test(`prediction, batch norm ${fold ? "" : "not "}folded, is TensorFlow's on the CPU backend too`, async () => {
    const [fused, composed] = await onBoth(() => {
      const net = new CFGUnet({ state });
      const prediction = net
        .predict(image(1, 32, 1), 200, [3], { fold })
        .dataSync<"float32">()
        .slice();
      net.dispose();
      return prediction;
    });
    assertClose("prediction", composed, fused, 1e-4);
  });
}

/** The U-Net with one level down and up, of its own layers; every kind of layer is in it. */
function shallow(layers: Layers, x: tf.Tensor, condition: tf.Tensor): tf.Tensor {
  const down1 = block(layers, x, condition, "down1");
  const down2 = block(layers, layers.maxPool(down1), condition, "down2");
  const up = layers.concat(layers.convTranspose2d(down2, "up_trans3"), down1);
  return layers.conv2d(block(layers, up, condition, "up3"), "final");
}

test("every layer's gradients and batch statistics are TensorFlow's on the CPU backend too", async () => {
  const part = partOf(state, "down1.", "down2.", "up_trans3.", "up3.", "final.", "label_embedding.");
  const learned = [...part.keys()].filter((name) => !/running|conv\d\.bias/.test(name));
  const [fused, composed] = await onBoth(() => {
    const statistics: StateDict = new Map();
    const parameters = fromStateDict(part);
    const target = image(1, 16, 2);
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const layers = trainingLayers(
        new Map([...parameters, ...learned.map((name, i): [string, tf.Tensor] => [name, values[i]])]),
        (norm, { mean, variance }) => {
          for (const [name, data] of Object.entries({ mean, variance }))
            statistics.set(`${norm} ${name}`, {
              shape: data.shape,
              data: data.dataSync<"float32">().slice(),
            });
          tf.dispose([mean, variance]);
        },
      );
      const condition = layers.embedding(tf.tensor1d([3], "int32"), "label_embedding");
      return tf.mean(tf.squaredDifference(shallow(layers, image(1, 16, 1), condition), target));
    };
    const { value, grads } = tf.valueAndGrads(loss)(learned.map((name) => parameters.get(name)!));
    return {
      loss: value.dataSync()[0],
      gradients: toStateDict(new Map(learned.map((name, i) => [name, grads[i]]))),
      statistics,
    };
  });
  assert.ok(Math.abs(composed.loss - fused.loss) < 1e-5);
  assertAllClose(composed.gradients, fused.gradients, 1e-4);
  assert.equal(fused.statistics.size, 12);
  assertAllClose(composed.statistics, fused.statistics, 1e-4);
});

test("a training pass through the whole network moves the running statistics as TensorFlow's does", async () => {
  const [fused, composed] = await onBoth(() => {
    const trainer = new Trainer({ start: state });
    const { loss, gradients } = denoisingLoss(trainer, {
      xt: image(2, 8, 3),
      timesteps: Int32Array.of(5, 200),
      labels: tf.tensor1d([1, 10], "int32"),
      target: image(2, 8, 4),
    });
    const results = {
      loss: loss.dataSync()[0],
      gradients: partOf(trainer.gradientStateDict(gradients), "up3.", "final."),
      running: new Map([...trainer.stateDict()].filter(([name]) => name.includes(".running_"))),
    };
    trainer.dispose();
    return results;
  });
  assert.ok(Math.abs(composed.loss - fused.loss) < 1e-5);
  assertAllClose(composed.gradients, fused.gradients, 2e-3);
  assert.equal(fused.running.size, 28);
  assertAllClose(composed.running, fused.running, 1e-4);
});

test("Adam and the moving average of the weights are TensorFlow's on the CPU backend too", async () => {
  const start = partOf(state, "down1.", "final.");
  const [fused, composed] = await onBoth(() => {
    const trainer = new Trainer({ start });
    for (const step of [1, 2, 3]) {
      const gradients = new Map(
        [...start].map(([name, { shape, data }], i) => [
          name,
          { shape, data: normal(data.length, step, i).map((value) => value / 100) },
        ]),
      );
      trainer.applyGradients(fromStateDict(gradients));
    }
    return trainer.state();
  });
  for (const part of ["model", "ema", "adamM"] as const) assertAllClose(composed[part], fused[part], 1e-5);
  assertAllClose(composed.adamV, fused.adamV, 2e-5); // TensorFlow takes 1 - 0.999 in float32: 1.3e-5 less
  assert.notDeepEqual(fused.model.get("final.weight"), state.get("final.weight"));
});
