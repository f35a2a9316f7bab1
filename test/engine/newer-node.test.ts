/** The engine on a Node that lacks what tfjs-node still calls: newer ones remove it from the util module. */
import assert from "node:assert/strict";
import { test } from "node:test";
import util from "node:util";

test("tensors are made and sorted though Node's util module has lost its old functions", async () => {
  for (const name of ["isNullOrUndefined", "isArray"]) Reflect.deleteProperty(util, name);
  const tf = await import("@tensorflow/tfjs-core"); // only now, as on a Node that never had them
  const { startEngine } = await import("cfg-lib");
  startEngine();
  assert.deepEqual([...tf.add(tf.tensor1d([1, 2]), tf.ones([2])).dataSync()], [2, 3]);
  assert.deepEqual([...tf.topk(tf.tensor1d([3, 1, 2]), 2).values.dataSync()], [3, 2]);
});
