/** Places in sampling, and rules of one's own. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  type Combine,
  customRule,
  type GuidanceRule,
  largestDifference,
  linearSchedule,
  placesOf,
  startEngine,
} from "cfg-lib";
import { imagesBy } from "./small-model";

before(() => startEngine());

test("the places of a way through a schedule count from 1, and each knows where the sampler goes from there", () => {
  const schedule = linearSchedule();
  const { alphaBars } = schedule;
  assert.deepEqual(placesOf(schedule, [299, 150, 4]), [
    { t: 299, timesteps: 300, step: 1, steps: 3, alphaBar: alphaBars[299], alphaBarNext: alphaBars[150] },
    { t: 150, timesteps: 300, step: 2, steps: 3, alphaBar: alphaBars[150], alphaBarNext: alphaBars[4] },
    { t: 4, timesteps: 300, step: 3, steps: 3, alphaBar: alphaBars[4], alphaBarNext: 1 },
  ]);
  assert.deepEqual(placesOf(schedule, []), []);
});

test("a rule of one's own is one function", () => {
  const mine: Combine = (u, c, { guidanceScale }) => tf.add(c, tf.mul(guidanceScale[0] - 1, tf.sub(c, u)));
  assert.ok(
    largestDifference(imagesBy({ rule: mine, guidanceScale: 3 }), imagesBy({ guidanceScale: 3 })) < 1e-4,
  );
});

test("a rule may remember what it was given and what it returns", () => {
  const before = tf.memory().numTensors;
  const remembering = (
    keep: (tensors: Record<"u" | "c" | "guided", tf.Tensor4D>) => tf.Tensor4D,
  ): Combine => {
    return (u, c, { guidanceScale, memory }) => {
      const last = memory.get("last");
      const guided = tf.add<tf.Tensor4D>(u, tf.mul(guidanceScale[0], tf.sub(c, u)));
      const answer = last ? tf.add<tf.Tensor4D>(guided, tf.mul(0, last)) : guided;
      memory.set("last", keep({ u, c, guided: answer }));
      return answer;
    };
  };
  const expected = imagesBy({ guidanceScale: 3 });
  for (const name of ["u", "c", "guided"] as const) {
    const rule = remembering((tensors) => tensors[name]);
    assert.ok(largestDifference(imagesBy({ rule, guidanceScale: 3 }), expected) < 1e-5, name);
  }
  assert.equal(tf.memory().numTensors, before);
});

test("a rule that returns the wrong shape, no tensor or NaN is refused by name", () => {
  const rule = (combine: unknown): GuidanceRule => customRule("mine", combine as Combine);
  const go = (combine: unknown) => () => imagesBy({ rule: rule(combine), guidanceScale: 3 });
  assert.throws(
    go(() => tf.zeros([3, 2, 2, 1])),
    /"mine" returned.*\[3, 2, 2, 1\].*\[3, 4, 4, 1\]/,
  );
  assert.throws(
    go(() => undefined),
    /"mine" returned is undefined.*\[3, 4, 4, 1\]/,
  );
  assert.throws(
    go((u: tf.Tensor4D) => tf.mul(u, NaN)),
    /no finite numbers.*"mine"/,
  );
  const two = { name: "my two", onePassAt: [], combineTwo: () => undefined } as unknown as GuidanceRule;
  assert.throws(() => imagesBy({ rule: two, guidanceScale: 3 }), /"my two" returned is undefined/);
});
