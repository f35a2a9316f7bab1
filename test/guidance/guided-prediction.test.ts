/** The network asked without the label and with it, and a rule that makes one prediction of the answers. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  apg,
  cfgPlusPlus,
  createModel,
  customRule,
  guidedPrediction,
  largestDifference,
  limitedInterval,
  type Model,
  plain,
  type RuleContext,
  startEngine,
} from "cfg-lib";
import { noiseImages, SMALL_SHAPE } from "../small-images";
import { countCalls, labels, modelOf, place, smallModel, sum } from "./small-model";

before(() => startEngine());

test("no pass is spent where it changes nothing: w = 0 and w = 1 take one, other scales two", () => {
  for (const { guidanceScale, images } of [
    { guidanceScale: [0, 0, 0], images: 3 },
    { guidanceScale: [1, 1, 1], images: 3 },
    { guidanceScale: [2, 2, 2], images: 6 },
    { guidanceScale: [0, 1, 2], images: 4 },
  ]) {
    const { model, calls } = countCalls(smallModel);
    guidedPrediction(model, noiseImages(5), place, { labels, guidanceScale });
    assert.equal(sum(calls), images, `scales ${guidanceScale.join(", ")}`);
  }
});

test("a batch of mixed scales equals one batch for each scale", () => {
  const guided = (guidanceScale: number | number[]): tf.Tensor4D =>
    guidedPrediction(smallModel, noiseImages(5), place, { labels, guidanceScale }).guided;
  const row = (x: tf.Tensor4D, i: number): ArrayLike<number> =>
    tf.slice(x, [i, 0, 0, 0], [1, ...SMALL_SHAPE]).dataSync();
  const mixed = guided([0, 1, 2]);
  for (const w of [0, 1, 2]) {
    const same = guided(w);
    assert.ok(largestDifference(row(mixed, w), row(same, w)) < 1e-5, `w = ${w}`);
    assert.ok(largestDifference(row(mixed, w), row(guided(w + 0.5), w)) > 1e-3, "the scale matters");
  }
});

test("the answers of a pass are told where every image needed it, and not where some did not", () => {
  const passes = (guidanceScale: number[]): [u: boolean, c: boolean] => {
    const { u, c } = guidedPrediction(smallModel, noiseImages(5), place, { labels, guidanceScale });
    return [u !== undefined, c !== undefined];
  };
  assert.deepEqual(passes([2, 3, 4]), [true, true]);
  assert.deepEqual(passes([0, 0, 2]), [true, false]);
  assert.deepEqual(passes([1, 1, 2]), [false, true]);
  assert.deepEqual(passes([0, 1, 2]), [false, false]);
});

test("where in sampling it is must be given, as no rule may take it to be some other place", () => {
  const { model, calls } = countCalls(smallModel);
  for (const rule of [plain, limitedInterval({ high: 5 }), cfgPlusPlus, apg()])
    assert.throws(
      // @ts-expect-error the types ask for a place, too
      () => guidedPrediction(model, noiseImages(5), { labels, guidanceScale: 2, rule }),
      TypeError,
      rule.name,
    );
  assert.deepEqual(calls, []);
});

/** A rule that answers c, and remembers what it was told. */
function watchingRule(): { rule: ReturnType<typeof customRule>; contexts: RuleContext[] } {
  const contexts: RuleContext[] = [];
  const rule = customRule("watching", (_, c, context) => {
    contexts.push({ ...context, xt: tf.keep(tf.clone(context.xt)) });
    context.memory.set("next", tf.add(c, 1));
    return c;
  });
  return { rule, contexts };
}

test("a rule is told what the model says that it predicts, and its place as it was given", () => {
  const { rule, contexts } = watchingRule();
  const there = { t: 10, timesteps: 1000, step: 3, steps: 7, alphaBar: 0.25, alphaBarNext: 0.75 };
  const x = noiseImages(5);
  const before = tf.memory().numTensors;
  const { guided, u, c } = guidedPrediction(modelOf("v"), x, there, { labels, guidanceScale: 2, rule });
  const { t, timesteps, step, steps, alphaBar, alphaBarNext, predicts, xt } = contexts[0];
  assert.deepEqual({ t, timesteps, step, steps, alphaBar, alphaBarNext }, there);
  assert.equal(predicts, "v");
  assert.deepEqual(xt.dataSync(), x.dataSync());
  tf.dispose([guided, u!, c!, xt]);
  assert.equal(tf.memory().numTensors, before, "without a memory of the caller's the rule's is freed");
});

test("a rule is called for the images that need both passes, with their pixels and scales alone", () => {
  const { rule, contexts } = watchingRule();
  const x = noiseImages(5);
  guidedPrediction(smallModel, x, place, {
    labels,
    guidanceScale: [2, 1, 3],
    rule: { ...rule, onePassAt: [1] },
  });
  assert.deepEqual(contexts[0].guidanceScale, [2, 3]);
  assert.deepEqual(contexts[0].xt.dataSync(), tf.gather(x, [0, 2]).dataSync());
  guidedPrediction(smallModel, x, place, { labels, rule: { ...rule, onePassAt: [1] } });
  assert.equal(contexts.length, 1, "w is 1 where none is given, and the rule is not needed");
});

test("images with equal keys are asked about once for each label, and get the answers that each would get", () => {
  const x = tf.gather(noiseImages(5), [0, 0, 1, 1]);
  const options = { labels: [3, 3, 3, 5], guidanceScale: [2, 4, 2, 2] };
  const { model, calls } = countCalls(smallModel);
  const { guided } = guidedPrediction(model, x, place, { ...options, imageKeys: [7, 7, 2, 2] });
  assert.deepEqual(calls, [5]); // two without a label, three with one
  const each = guidedPrediction(smallModel, x, place, options).guided;
  assert.ok(largestDifference(guided, each) < 1e-6);
});

test("a model with other labels is asked without one by its own null label", () => {
  const seen: string[][] = [];
  const words: Model<string> = createModel<string>(
    (x, _, names) => {
      seen.push(names);
      return tf.zerosLike(x);
    },
    { nullLabel: "nothing", imageShape: SMALL_SHAPE },
  );
  guidedPrediction(words, noiseImages(5, 2), place, { labels: ["three", "eight"], guidanceScale: [2, 0] });
  assert.deepEqual(seen, [["nothing", "nothing", "three"]]);
});

test("labels that are not as many as the images are refused before the network is asked", () => {
  const { model, calls } = countCalls(smallModel);
  for (const images of [2, 5])
    assert.throws(
      () => guidedPrediction(model, noiseImages(5, images), place, { labels, guidanceScale: 2 }),
      new RegExp(`^RangeError: labels has the shape \\[3\\]; it must be \\[${images}\\]`),
    );
  assert.deepEqual(calls, []);
});

test("scales that are no number, or not as many as labels, are refused before the network is asked", () => {
  const { model, calls } = countCalls(smallModel);
  const guided = (guidanceScale: number | number[]) => () =>
    guidedPrediction(model, noiseImages(5), place, { labels, guidanceScale });
  assert.throws(guided(NaN), /guidanceScale is NaN; it must be a finite number/);
  assert.throws(guided([1, 2]), /guidanceScale has the shape \[2\]; it must be \[3\]/);
  assert.deepEqual(calls, []);
});
