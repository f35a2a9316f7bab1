/** What must hold of every guidance rule, and of each. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  apg,
  cfgPlusPlus,
  cfgPlusPlusToPlain,
  cfgZeroStar,
  type GuidanceRule,
  inSpace,
  largestDifference,
  limitedInterval,
  type Place,
  plain,
  rescaled,
  scaleOverTime,
  startEngine,
  trailingTimesteps,
} from "cfg-lib";
import { zeroStarFactor } from "cfg-lib/dist/guidance/cfg-zero-star";
import { rescale } from "cfg-lib/dist/guidance/rescaled";
import { RuleMemory } from "cfg-lib/dist/guidance/rule-memory";
import { noiseImages, SMALL_SHAPE } from "../small-images";
import { imagesBy, modelOf, place, predictionBy, smallModel } from "./small-model";

before(() => startEngine());

const ONE_PREDICTION: GuidanceRule[] = [
  plain,
  rescaled(),
  apg(),
  inSpace("x0", apg()),
  cfgZeroStar(),
  limitedInterval({ high: 200 }),
  scaleOverTime(),
];

test("at w = 1 every rule but CFG++ is the conditional prediction, called or not", () => {
  for (const rule of ONE_PREDICTION) {
    assert.ok(largestDifference(predictionBy(rule, 1), predictionBy(plain, 1)) < 1e-6, rule.name);
    assert.ok(
      largestDifference(predictionBy({ ...rule, onePassAt: [] }, 1), predictionBy(plain, 1)) < 1e-5,
      `${rule.name}, both passes`,
    );
  }
});

test("rules with their effect switched off are plain guidance", () => {
  const off: GuidanceRule[] = [
    rescaled({ phi: 0 }),
    apg({ eta: 1 }),
    inSpace("x0", apg({ eta: 1 })),
    inSpace("v", plain),
    limitedInterval({ high: 299 }),
    scaleOverTime({ ramp: () => 1 }),
  ];
  for (const rule of off)
    assert.ok(largestDifference(predictionBy(rule, 3), predictionBy(plain, 3)) < 2e-5, rule.name);
});

test("rescaled by all of phi, the prediction of each image has the conditional one's standard deviation", () => {
  tf.tidy(() => {
    const [guided, c] = [tf.mul<tf.Tensor4D>(noiseImages(1), 5), noiseImages(2)];
    const std = (x: tf.Tensor4D): ArrayLike<number> => tf.sqrt(tf.moments(x, [1, 2, 3]).variance).dataSync();
    assert.ok(largestDifference(std(rescale(guided, c, 1)), std(c)) < 1e-5);
  });
});

test("APG's update has no part along the conditional prediction, and is no longer than its limit", () => {
  const at = (rule: GuidanceRule, w: number): tf.Tensor4D =>
    tf.tensor4d(predictionBy(rule, w), [3, ...SMALL_SHAPE]);
  tf.tidy(() => {
    const c = at(plain, 1);
    const update = tf.sub<tf.Tensor4D>(at(apg(), 2), c);
    const dots = tf.sum(tf.mul(update, c), [1, 2, 3]).dataSync();
    assert.ok(Math.max(...dots.map(Math.abs)) < 1e-4);
    const capped = tf.sub(at(apg({ eta: 1, normThreshold: 0.1 }), 2), c);
    const lengths = tf.sqrt(tf.sum(tf.square(capped), [1, 2, 3])).dataSync();
    for (const length of lengths) assert.ok(length < 0.1 + 1e-5, `${length}`);
  });
});

test("APG's momentum adds a share of the last update, and its memory ends with the run", () => {
  const memory = new RuleMemory();
  const [u, c] = [noiseImages(1), noiseImages(2)];
  const rule = apg({ eta: 1, momentum: -0.5 });
  const update = (): ArrayLike<number> =>
    rule.combine(u, c, { ...place, xt: u, predicts: "noise", guidanceScale: [2, 2, 2], memory }).dataSync();
  const [first, second] = [update(), update()];
  memory.dispose();
  const difference = tf.sub(c, u).dataSync();
  const expected = Array.from(first, (value, i) => value - 0.5 * difference[i]);
  assert.ok(largestDifference(second, expected) < 1e-5);
  const tensors = tf.memory().numTensors;
  imagesBy({ rule, guidanceScale: 3 });
  assert.equal(tf.memory().numTensors, tensors);
});

test("CFG-Zero* finds how much of u is in c: 2 where c = 2u, 0 where they are at right angles", () => {
  tf.tidy(() => {
    const u = noiseImages(1);
    assert.ok(largestDifference(zeroStarFactor(u, tf.mul(u, 2)), [2, 2, 2]) < 1e-5);
    const [a, b] = [tf.tensor4d([1, 0], [1, 1, 2, 1]), tf.tensor4d([0, 1], [1, 1, 2, 1])];
    assert.equal(zeroStarFactor(a, b).dataSync()[0], 0);
  });
});

test("zero-init leaves a velocity of zero in as many steps, and is refused for a network that predicts noise", () => {
  const rule = cfgZeroStar({ zeroInitSteps: place.step });
  const velocity = predictionBy(rule, 3, modelOf("v"));
  assert.equal(velocity.length, 3 * 16);
  assert.deepEqual(new Set(velocity), new Set([0]));
  const later = cfgZeroStar({ zeroInitSteps: place.step - 1 });
  assert.deepEqual(predictionBy(later, 3, modelOf("v")), predictionBy(cfgZeroStar(), 3));
  assert.throws(() => predictionBy(rule, 3), /zero-init.*predicts noise/);
});

test("CFG++ makes the steps of plain guidance with the scale that belongs to each step", () => {
  const lambda = 0.6;
  const timesteps = trailingTimesteps(smallModel.schedule, 10);
  const scaleAt = (_: number, { alphaBar, alphaBarNext }: Place): number =>
    cfgPlusPlusToPlain(lambda, alphaBar, alphaBarNext);
  const ours = imagesBy({ rule: cfgPlusPlus, guidanceScale: lambda, timesteps });
  const same = imagesBy({ rule: { ...plain, scaleAt }, guidanceScale: lambda, timesteps });
  assert.ok(largestDifference(ours, same) < 1e-4);
  assert.ok(largestDifference(ours, imagesBy({ guidanceScale: lambda })) > 1e-3, "and not those of lambda");
});

test("settings out of range are refused with what was given and what is allowed", () => {
  assert.throws(() => limitedInterval({ low: 200, high: 100 }), /low = 200.*high = 100/);
  assert.throws(() => rescaled({ phi: 2 }), /phi is 2.*0 to 1/);
  assert.throws(() => apg({ normThreshold: 0 }), /normThreshold is 0/);
  assert.throws(() => apg({ momentum: 2 }), /momentum is 2/);
  assert.throws(() => cfgZeroStar({ zeroInitSteps: -1 }), /zeroInitSteps is -1/);
});
