import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  addNoise,
  linearSchedule,
  normal,
  predictX0,
  startEngine,
  trailingTimesteps,
  zeroTerminalSnrSchedule,
} from "cfg-lib";

before(() => startEngine());

test("alphaBars are the running products of 1 - beta", () => {
  const { timesteps, betas, alphaBars } = linearSchedule();
  assert.equal(timesteps, 300);
  let product = 1;
  betas.forEach((beta, t) => {
    product *= 1 - beta;
    assert.ok(Math.abs(alphaBars[t] - product) < 1e-6);
  });
  assert.ok(Math.abs(alphaBars[299] - 0.048) < 5e-4);
});

test("predictX0 undoes addNoise when it is given the true noise", () => {
  const schedule = linearSchedule();
  const x0 = tf.tensor4d(normal(32, 1), [2, 4, 4, 1]);
  const noise = tf.tensor4d(normal(32, 2), [2, 4, 4, 1]);
  const xt = addNoise(schedule, x0, [200, 200], noise);
  const error = tf.max(tf.abs(tf.sub(predictX0(schedule, xt, 200, noise), x0))).dataSync()[0];
  assert.ok(error < 1e-5, `error ${error}`);
});

test("where alphaBar is 0 no image follows from the noise, and that is said", () => {
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
  assert.throws(
    () => predictX0(zeroTerminalSnrSchedule(), x, 299, x),
    /alphaBar is 0 at timestep 299.*predicts v/,
  );
});

test("timesteps outside the schedule and wrong shapes are refused with what is allowed", () => {
  const schedule = linearSchedule();
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
  assert.throws(() => addNoise(schedule, x, [300], x), /300.*0 to 299/);
  assert.throws(() => addNoise(schedule, x, [-1], x), /-1.*0 to 299/);
  assert.throws(() => addNoise(schedule, x, [1.5], x), /1\.5/);
  assert.throws(() => addNoise(schedule, x, [1, 2], x), /\[2\].*\[1\]/);
  assert.throws(() => linearSchedule({ timesteps: 0 }), /timesteps is 0/);
  assert.throws(() => linearSchedule({ betaEnd: 1.5 }), /betaEnd is 1.5/);
});

test("trailing timesteps start at the last one, fall, and are as many as asked", () => {
  const schedule = linearSchedule();
  assert.deepEqual(trailingTimesteps(schedule, 10), [299, 269, 239, 209, 179, 149, 119, 89, 59, 29]);
  for (const steps of [1, 7, 60, 299, 300]) {
    const visited = trailingTimesteps(schedule, steps);
    assert.equal(visited.length, steps);
    assert.equal(visited[0], 299);
    assert.ok(visited.every((t, i) => t >= 0 && (i === 0 || t < visited[i - 1])));
  }
  assert.throws(() => trailingTimesteps(schedule, 0), /steps is 0/);
  assert.throws(() => trailingTimesteps(schedule, 301), /steps is 301.*300/);
});

test("where the steps do not divide 300, the timesteps are the nearest whole ones", () => {
  assert.deepEqual(trailingTimesteps(linearSchedule(), 7), [299, 256, 213, 170, 128, 85, 42]);
  assert.deepEqual(trailingTimesteps(linearSchedule(), 8), [299, 262, 224, 187, 149, 112, 74, 37]);
});

test("the zero terminal SNR schedule starts where the linear one does and ends in pure noise", () => {
  const [linear, zero] = [linearSchedule(), zeroTerminalSnrSchedule()];
  assert.ok(Math.abs(zero.alphaBars[0] - linear.alphaBars[0]) < 1e-7);
  assert.equal(zero.alphaBars[299], 0);
  assert.equal(zero.betas[299], 1);
  for (let t = 1; t < 300; t++) assert.ok(zero.alphaBars[t] < zero.alphaBars[t - 1], `timestep ${t}`);
  const product = zero.alphas.slice(0, 200).reduce((a, b) => a * b, 1);
  assert.ok(Math.abs(product - zero.alphaBars[199]) < 1e-5);
});
