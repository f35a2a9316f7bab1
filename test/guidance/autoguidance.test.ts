import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  autoguidance,
  createModel,
  inSpace,
  largestDifference,
  plain,
  startEngine,
  withAutoguidance,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import { SMALL_SHAPE } from "../small-images";
import { countCalls, imagesBy, labels, modelOf, predict, predictionBy, sum, weakModel } from "./small-model";

before(() => startEngine());

test("autoguidance goes from the weak network's prediction with the label through the strong one's", () => {
  const c = predictionBy(plain, 1);
  const expected = Array.from(c, (value) => 0.5 * value + 3 * (value - 0.5 * value));
  assert.ok(largestDifference(predictionBy(autoguidance(weakModel), 3), expected) < 1e-5);
});

test("a rule with autoguidance is the rule where autoScale is 1, and autoguidance where w is 1", () => {
  const { model: weak, calls } = countCalls(weakModel);
  const without = predictionBy(withAutoguidance(weak, { autoScale: 1 }), 3);
  assert.ok(largestDifference(without, predictionBy(plain, 3)) < 1e-5);
  assert.equal(sum(calls), labels.length, "the weak network is asked once for each image");
  const both = withAutoguidance(weak, { autoScale: 1.5 });
  assert.ok(largestDifference(predictionBy(both, 1), predictionBy(autoguidance(weak), 1.5)) < 1e-5);
  for (const space of ["x0", "v"] as const)
    assert.ok(largestDifference(predictionBy(inSpace(space, both), 3), predictionBy(both, 3)) < 1e-4, space);
});

test("in a run the weak network is asked about every image in every step", () => {
  const { model: weak, calls } = countCalls(weakModel);
  imagesBy({ rule: withAutoguidance(weak, { autoScale: 1.5 }), guidanceScale: 2, steps: 10 });
  assert.equal(sum(calls), labels.length * 10);
});

test("no model, a scale that is no number and a second weak network are refused", () => {
  assert.throws(() => autoguidance(undefined), /autoguidance needs a weaker model/);
  // @ts-expect-error a predict function is no model: it does not say what it predicts
  assert.throws(() => autoguidance(predict), /autoguidance needs a weaker model/);
  assert.throws(() => withAutoguidance(undefined, { autoScale: 1.5 }), /autoguidance needs a weaker model/);
  assert.throws(() => withAutoguidance(weakModel, { autoScale: NaN }), /autoScale is NaN/);
  const rule = withAutoguidance(weakModel, { autoScale: 1.5 });
  assert.throws(() => withAutoguidance(weakModel, { autoScale: 2, rule }), /asks a weaker network already/);
});

test("weaker networks that predict something else, or on another schedule, are refused", () => {
  const elsewhere = createModel(predict, { schedule: zeroTerminalSnrSchedule(), imageShape: SMALL_SHAPE });
  for (const ruleOf of [autoguidance, (weak: typeof elsewhere) => withAutoguidance(weak, { autoScale: 2 })]) {
    const run = (weak: typeof elsewhere) => () => imagesBy({ rule: ruleOf(weak), guidanceScale: 2 });
    assert.throws(
      run(modelOf("v")),
      /^RangeError: The weaker network of .*autoguidance predicts v, and the model that it guides noise/,
    );
    assert.throws(run(elsewhere), /^RangeError: The weaker network .* trained on another schedule/);
    assert.doesNotThrow(run(modelOf("noise")), "a schedule is the same where its numbers are");
  }
});
