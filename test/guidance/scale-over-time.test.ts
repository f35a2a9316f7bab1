import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  cfgPlusPlus,
  cosineRamp,
  customRule,
  limitedInterval,
  linearRamp,
  plain,
  startEngine,
  trailingTimesteps,
} from "cfg-lib";
import { countCalls, imagesBy, labels, smallModel, sum } from "./small-model";

before(() => startEngine());

test("outside its interval guidance takes one pass, whatever the rule", () => {
  const inside = trailingTimesteps(smallModel.schedule, 10).filter((t) => t >= 100 && t <= 200).length;
  assert.ok(inside > 0 && inside < 10);
  for (const rule of [plain, cfgPlusPlus, customRule("mine", plain.combine)]) {
    const { model, calls } = countCalls(smallModel);
    imagesBy({ rule: limitedInterval({ low: 100, high: 200, rule }), guidanceScale: 3 }, model);
    assert.equal(sum(calls), labels.length * (10 + inside), rule.name);
  }
  const { model, calls } = countCalls(smallModel);
  imagesBy({ rule: limitedInterval({ low: 100, high: 200 }), guidanceScale: 3 }, model);
  assert.equal(sum(calls), labels.length * (10 + inside), "plain guidance is the rule where none is given");
});

test("ramps over time are 0 at pure noise, 2 at the end and 1 in the mean", () => {
  for (const ramp of [linearRamp, cosineRamp]) {
    assert.ok(Math.abs(ramp({ t: 299, timesteps: 300 })) < 1e-12);
    assert.equal(ramp({ t: 0, timesteps: 300 }), 2);
    const all = Array.from({ length: 300 }, (_, t) => ramp({ t, timesteps: 300 }));
    assert.ok(Math.abs(all.reduce((a, b) => a + b, 0) / 300 - 1) < 1e-12);
  }
});
