/** Sampling runs a network as one graph. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { before, test, type TestContext } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  evaluationLayers,
  fromStateDict,
  initialStateDict,
  largestDifference,
  loadJudge,
  normal,
  startEngine,
  unetShapes,
} from "cfg-lib";
import { decodeSafetensors } from "cfg-lib/dist/weights/safetensors";
import { judgeLayers } from "cfg-lib/dist/judge/judge";
import { shippedWeights } from "cfg-lib/dist/weights/files";
import { compileGraph } from "cfg-lib/dist/engine/graph";

type Method = (...args: unknown[]) => unknown;

/** What the tests see of tfjs-node's backend. */
interface Backend {
  binding: { getNumOfSavedModels(): number };
  runSavedModel: Method;
  executeSingleOutput: Method;
  executeMultipleOutputs: Method;
}

before(() => startEngine());

const state = initialStateDict(4, unetShapes());
const backend = (): Backend => tf.backend() as unknown as Backend;
const sessions = (): number => backend().binding.getNumOfSavedModels();
const images = (n: number): tf.Tensor4D => tf.tensor4d(normal(n * 1024, 1), [n, 32, 32, 1]);
const labels = (n: number): number[] => Array.from({ length: n }, (_, i) => i % 11);

function predict(net: CFGUnet, n: number, fold = true): Float32Array {
  return tf.tidy(() => net.predict(images(n), 120, labels(n), { fold }).dataSync<"float32">().slice());
}

/** A temporary folder of this test alone. */
function ownTemporaryFolder(t: TestContext, folder?: string): string {
  const before = process.env.TMPDIR;
  const own = folder ?? mkdtempSync(path.join(os.tmpdir(), "graph-test-"));
  process.env.TMPDIR = own;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(own, { recursive: true, force: true });
  });
  return own;
}

test("a prediction is one run of a graph, and agrees with the layers one by one for any number of images", (t) => {
  const net = new CFGUnet({ state });
  t.after(() => net.dispose());
  predict(net, 1); // makes the graph
  const run = t.mock.method(backend(), "runSavedModel");
  const ops = (["executeSingleOutput", "executeMultipleOutputs"] as const).map((name) =>
    t.mock.method(backend(), name),
  );
  for (const n of [1, 2, 7, 64]) {
    const folded = predict(net, n);
    for (const op of ops) assert.equal(op.mock.callCount(), 0, "nothing but the graph is run");
    assert.ok(largestDifference(folded, predict(net, n, false)) < 1e-5, `${n} images`);
    assert.ok(ops[0].mock.callCount() > 0, "the layers one by one are operations");
    for (const op of ops) op.mock.resetCalls();
  }
  assert.equal(run.mock.callCount(), 4);
});

test("the graph's file is gone once it is open, and its session once the network is disposed of", (t) => {
  const folder = ownTemporaryFolder(t);
  const before = sessions();
  const net = new CFGUnet({ state });
  predict(net, 1);
  assert.deepEqual([sessions(), readdirSync(folder)], [before + 1, []]);
  net.dispose();
  assert.equal(sessions(), before);
});

test("the judge's graph agrees with its layers one by one; disposed of, it is closed and says so", () => {
  const before = sessions();
  const judge = loadJudge();
  assert.equal(sessions(), before + 1);
  const n = 20;
  const { features } = judge.judge(images(n).dataSync<"float32">());
  const { state } = decodeSafetensors(readFileSync(shippedWeights("judge")), "judge");
  const direct = tf.tidy(() => {
    const x = tf.clipByValue(images(n), -1, 1);
    return judgeLayers(evaluationLayers(fromStateDict(state)), x)
      .features.dataSync<"float32">()
      .slice();
  });
  const difference = largestDifference(features, direct);
  assert.ok(difference < 1e-4 * Math.max(...direct), `difference ${difference}`);
  judge.dispose();
  judge.dispose();
  assert.equal(sessions(), before);
  assert.throws(() => judge.judge(new Float32Array(1024)), /disposed of already/);
});

test("without a temporary folder the layers run one by one", (t) => {
  ownTemporaryFolder(t, path.join(os.tmpdir(), "graph-test-missing"));
  const before = sessions();
  const net = new CFGUnet({ state });
  t.after(() => net.dispose());
  assert.ok(largestDifference(predict(net, 2), predict(net, 2, false)) < 1e-5);
  assert.equal(sessions(), before);
});

test("a graph that TensorFlow does not understand is refused with TensorFlow's reason", () => {
  const write = (): unknown =>
    compileGraph((graph) => {
      const x = graph.input("x", "float32", [-1]);
      return { inputs: [x], outputs: [graph.add("NoSuchOperation", [x])] };
    });
  assert.throws(write, /NoSuchOperation/);
});
