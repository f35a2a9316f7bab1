import assert from "node:assert/strict";
import { before, test } from "node:test";
import { initialStateDict, startEngine, Trainer, unetShapes } from "cfg-lib";

before(() => startEngine());

test("a trainer refuses a learning rate and a decay that train nothing", () => {
  const start = initialStateDict(3, unetShapes());
  for (const learningRate of [0, -0.001, NaN, Infinity])
    assert.throws(
      () => new Trainer({ start, learningRate }),
      new RegExp(`learningRate is ${learningRate}; it must be a finite number above 0`),
    );
  for (const emaDecay of [1, -0.1, NaN])
    assert.throws(
      () => new Trainer({ start, emaDecay }),
      /emaDecay is .*; it must be a number from 0 to below 1/,
    );
});
