import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  apg,
  cfgPlusPlus,
  customRule,
  fromHoSalimans,
  guide,
  type RuleContext,
  limitedInterval,
  linearSchedule,
  normal,
  plain,
  type Predict,
  guidedPrediction,
  startEngine,
  toHoSalimans,
} from "cfg-lib";

before(() => startEngine());

const image = (key: number, n = 3): tf.Tensor4D => tf.tensor4d(normal(n * 16, key), [n, 4, 4, 1]);
const close = (a: tf.Tensor, b: tf.Tensor, tolerance = 1e-6): void => {
  const [x, y] = [a.dataSync(), b.dataSync()];
  assert.equal(x.length, y.length);
  x.forEach((value, i) => assert.ok(Math.abs(value - y[i]) <= tolerance, `place ${i}: ${value} and ${y[i]}`));
};

test("w = 0 is the unconditional prediction, w = 1 the conditional one", () => {
  const [u, c] = [image(1), image(2)];
  close(guide(u, c, 0), u, 0);
  close(guide(u, c, 1), c);
});

test("w = 3 equals the second form, (1 - w) epsU + w epsC", () => {
  const [u, c] = [image(1), image(2)];
  close(guide(u, c, 3), tf.add(tf.mul(u, -2), tf.mul(c, 3)), 1e-5);
});

test("the paper's scale is one less: its formula gives the same prediction", () => {
  const [u, c] = [image(1), image(2)];
  for (const paper of [-1, 0, 0.5, 4]) {
    const theirs = tf.sub(tf.mul(c, 1 + paper), tf.mul(u, paper));
    close(guide(u, c, fromHoSalimans(paper)), theirs, 1e-5);
    assert.equal(toHoSalimans(fromHoSalimans(paper)), paper);
  }
});

test("each image may have a scale of its own", () => {
  const [u, c] = [image(1), image(2)];
  const mixed = guide(u, c, [0, 1, 2]);
  [0, 1, 2].forEach((w, i) => {
    const row = (x: tf.Tensor4D): tf.Tensor => tf.slice(x, [i, 0, 0, 0], [1, 4, 4, 1]);
    close(row(mixed), row(guide(u, c, w)));
  });
});

test("a scale that is no number, and shapes that differ, are refused with what was given", () => {
  const [u, c] = [image(1), image(2)];
  assert.throws(() => guide(u, c, NaN), /guidanceScale is NaN/);
  assert.throws(() => guide(u, c, [1, 2]), /\[2\].*\[3\]/);
  assert.throws(() => guide(u, image(2, 2), 1), /\[2, 4, 4, 1\].*\[3, 4, 4, 1\]/);
});

/** Counts the images that it is asked about; its prediction depends on image and label. */
function countingModel(): { predict: Predict; asked: () => number } {
  let asked = 0;
  const predict: Predict = (x, _t, labels) => {
    asked += labels.length;
    return tf.tidy(() => tf.mul<tf.Tensor4D>(tf.add(x, 1), tf.tensor4d(labels, [labels.length, 1, 1, 1])));
  };
  return { predict, asked: () => asked };
}

test("no pass is spent where it changes nothing: w = 0 and w = 1 take one, other scales two", () => {
  assert.equal(linearSchedule().timesteps, 300);
  for (const [scales, passes] of [
    [[0, 0, 0], 3],
    [[1, 1, 1], 3],
    [[2, 2, 2], 6],
    [[0, 1, 2], 4],
  ] as const) {
    const { predict, asked } = countingModel();
    guidedPrediction(predict, image(5), 10, { labels: [1, 2, 3], guidanceScales: scales, nullLabel: 10 });
    assert.equal(asked(), passes, `scales ${scales.join(", ")}`);
  }
});

test("a batch of mixed scales equals one batch for each scale", () => {
  const { predict } = countingModel();
  const x = image(5);
  const labels = [1, 2, 3];
  const mixed = guidedPrediction(predict, x, 10, { labels, guidanceScales: [0, 1, 2], nullLabel: 10 }).guided;
  [0, 1, 2].forEach((w, i) => {
    const same = guidedPrediction(predict, x, 10, {
      labels,
      guidanceScales: [w, w, w],
      nullLabel: 10,
    }).guided;
    const row = (y: tf.Tensor4D): tf.Tensor => tf.slice(y, [i, 0, 0, 0], [1, 4, 4, 1]);
    close(row(mixed), row(same), 1e-5);
  });
});

test("a rule that is not told where in sampling it is is refused, not told of some other place", () => {
  const { predict, asked } = countingModel();
  const request = { labels: [1, 2, 3], guidanceScales: [2, 2, 2], nullLabel: 10 };
  for (const rule of [plain, limitedInterval({ high: 5 }), cfgPlusPlus, apg()])
    assert.throws(
      // @ts-expect-error the types ask for a place, too
      () => guidedPrediction(predict, image(5), 10, { ...request, rule }),
      /^RangeError: the rule .* may ask where in sampling it is; give place: \{ timesteps, /,
      rule.name,
    );
  assert.equal(asked(), 0);
});

test("a rule is told what the network says that it predicts, and its place as it was given", () => {
  const seen: RuleContext[] = [];
  const rule = customRule("watching", (_, c, known) => {
    seen.push(known);
    known.state.set("memory", tf.add(c, 1));
    return c;
  });
  const predict = Object.assign(countingModel().predict, { predicts: "v" as const });
  const place = { timesteps: 1000, step: 3, steps: 7, alphaBar: 0.25, alphaBarNext: 0.75 };
  const x = image(5);
  const before = tf.memory().numTensors;
  const { guided, u, c } = guidedPrediction(predict, x, 10, {
    labels: [1, 2, 3],
    guidanceScales: [2, 2, 2],
    nullLabel: 10,
    rule,
    place,
  });
  const { t, timesteps, step, steps, alphaBar, alphaBarNext, predicts } = seen[0];
  assert.deepEqual({ timesteps, step, steps, alphaBar, alphaBarNext }, place);
  assert.deepEqual([t, predicts], [10, "v"]);
  tf.dispose([guided, u!, c!]);
  assert.equal(tf.memory().numTensors, before, "without a memory of the caller's the rule's is freed");
});
