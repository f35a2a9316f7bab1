import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "cfg-lib";
import { RuleMemory } from "cfg-lib/dist/guidance/rule-memory";

before(() => startEngine());

const numbers = (tensor: tf.Tensor | undefined): number[] => Array.from(tensor!.dataSync());

test("it keeps copies: what becomes of the tensor that was given is no matter", () => {
  const memory = new RuleMemory();
  assert.equal(memory.get("last"), undefined);
  const given = tf.tensor1d([1, 2]);
  memory.set("last", given);
  given.dispose();
  assert.deepEqual(numbers(memory.get("last")), [1, 2]);
  memory.get("last")!.dispose();
  assert.deepEqual(numbers(memory.get("last")), [1, 2], "what it gave out is a copy, too");
  memory.dispose();
});

test("what is set in one step outlives the step; what is got lives as long as the step", () => {
  const memory = new RuleMemory();
  tf.tidy(() => memory.set("last", tf.tensor1d([1, 2])));
  let lent: tf.Tensor | undefined;
  tf.tidy(() => {
    lent = memory.get("last")!;
    assert.deepEqual(numbers(lent), [1, 2]);
    memory.set("other", lent);
  });
  assert.ok(lent?.isDisposed, "freed at the end of the step");
  assert.deepEqual(numbers(memory.get("last")), [1, 2]);
  assert.deepEqual(numbers(memory.get("other")), [1, 2], "and may be kept under another name");
  memory.dispose();
});

test("a name has one tensor: the new one takes the place of the old one, even made of it", () => {
  const memory = new RuleMemory();
  memory.set("last", tf.tensor1d([1]));
  const tensors = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) tf.tidy(() => memory.set("last", tf.add(memory.get("last")!, 1)));
  tf.tidy(() => memory.set("last", memory.get("last")!));
  assert.deepEqual(
    tf.tidy(() => numbers(memory.get("last"))),
    [4],
  );
  assert.equal(tf.memory().numTensors, tensors);
  memory.dispose();
});

test("disposed of, it has freed everything and holds nothing", () => {
  const tensors = tf.memory().numTensors;
  const memory = new RuleMemory();
  tf.tidy(() => {
    for (const name of ["a", "b"]) memory.set(name, tf.ones([2, 2]));
  });
  assert.equal(tf.memory().numTensors, tensors + 2);
  memory.dispose();
  assert.equal(tf.memory().numTensors, tensors);
  assert.equal(memory.get("a"), undefined);
});
