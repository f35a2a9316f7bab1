import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { createModel, ruleOf, type RuleSettings } from "cfg-lib";

test("settings of a rule from a file are those that the rule has", () => {
  const refused: [object, RegExp][] = [
    [{ rule: "best" }, /the rule is "best"; there are plain/],
    [{ rule: "apg" }, /the rule apg: space is missing; it must be "noise" or "v" or "x0"/],
    [{ rule: "over-time", ramp: "quadratic" }, /ramp is "quadratic"; it must be "linear" or "cosine"/],
    [{ rule: "rescaled", phi: 0.7, psi: 1 }, /rescaled: psi is unknown; known are phi/],
    [{ rule: "interval", low: 0 }, /interval: high is missing; it must be a finite number/],
  ];
  for (const [settings, message] of refused)
    assert.throws(() => ruleOf(settings as RuleSettings), { name: "RangeError", message });
});

test("an autoguidance interval may have one end", () => {
  const weak = createModel((x) => tf.zerosLike(x));
  const rule = ruleOf({ rule: "autoguidance", guide: "weak", low: 100 }, () => weak);
  assert.match(rule.name, /100 <= t/);
});
