/**
 * Guidance at work: the network is asked without the label and with it, and a rule makes one prediction of the two answers.
 * Every image of a batch has a label and a guidance scale of its own.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../model";
import { checkNumber, checkShape } from "../validate";
import { askEqualOnce } from "./equal-images";
import { passesFor } from "./passes";
import { plain } from "./plain";
import { combineBy, type GuidanceRule, type Place } from "./rule";
import { RuleMemory } from "./rule-memory";
import { assembleBatch, type SomeImages, takeRows, valuesOf, withoutRows } from "./some-images";

/** The predictions for a batch, what the network predicts (noise or v), [n, height, width, channels]. The caller disposes of them. */
export type GuidedPrediction = {
  /** After guidance: what the clean image is taken from. */
  guided: tf.Tensor4D;
  /** What the noise is taken from: `guided` itself, unless the rule returns two predictions. */
  renoise: tf.Tensor4D;
  /** Without the label; undefined unless every image needed it. */
  u: tf.Tensor4D | undefined;
  /** With the label; undefined unless every image needed it. */
  c: tf.Tensor4D | undefined;
};

/** What is asked for each image of a batch. */
export interface GuidanceOptions<Label = number> {
  /** One for each image. */
  labels: readonly Label[];
  /** w: one number, or one for each image; 1 by default. */
  guidanceScale?: number | readonly number[];
  /** How two predictions become one: plain guidance by default. */
  rule?: GuidanceRule;
  /** What the rule keeps from step to step; without it the rule forgets at once. */
  memory?: RuleMemory;
  /** A key for each image: images with equal keys are equal in x. Without it none are taken to be. */
  imageKeys?: readonly number[];
}

/**
 * The guided prediction for noisy images at a place in sampling.
 * @param x noisy images [n, height, width, channels], all at the place's timestep
 * @param place one of {@link placesOf}
 * @throws RangeError when there is not a label and a scale for each image, or a scale is no finite number
 * @example
 * const x = tf.randomNormal<tf.Rank.R4>([1, 32, 32, 1]);
 * const [place] = cfg.placesOf(model.schedule, [299]);
 * cfg.guidedPrediction(model, x, place, { labels: [3], guidanceScale: 2 }).guided.shape // [1, 32, 32, 1]
 */
export function guidedPrediction<Label = number>(
  model: Model<Label>,
  x: tf.Tensor4D,
  place: Place,
  options: GuidanceOptions<Label>,
): GuidedPrediction {
  const { labels, rule = plain, memory = new RuleMemory() } = options;
  checkShape("labels", [labels.length], [x.shape[0]]);
  if (model.guided) return predictInOnePass(model, x, place, options);
  const noLabels = labels.map(() => model.nullLabel);
  const guidanceScale = scalesAt(place, rule, options);
  const { unconditional, conditional, both } = passesFor(guidanceScale, rule.onePassAt);
  const ask = (network: Model<unknown>, ...questions: Question[]): SomeImages[] =>
    askAtOnce(network, { x, t: place.t, imageKeys: options.imageKeys }, questions);
  try {
    return tf.tidy(() => {
      const without = { rows: unconditional, labels: rule.weak ? labels : noLabels };
      const withLabel = { rows: conditional, labels };
      const [u, c] = rule.weak
        ? [...ask(rule.weak, without), ...ask(model, withLabel)]
        : ask(model, without, withLabel);
      const alone = [withoutRows(u, both), withoutRows(c, both)];
      const whole = (values: tf.Tensor4D): tf.Tensor4D => assembleBatch([{ rows: both, values }, ...alone]);
      const asPasses = {
        u: unconditional.length === labels.length ? u.values : undefined,
        c: conditional.length === labels.length ? c.values : undefined,
      };
      if (both.length === 0) {
        const guided = assembleBatch(alone);
        return { guided, renoise: guided, ...asPasses };
      }
      const { denoise, renoise } = combineBy(rule, valuesOf(u, both), valuesOf(c, both), {
        ...place,
        xt: takeRows(x, both),
        predicts: model.predicts,
        guidanceScale: both.map((row) => guidanceScale[row]),
        third: rule.third && ask(rule.third, { rows: both, labels })[0].values,
        memory,
      });
      const guided = whole(denoise);
      return { guided, renoise: renoise === denoise ? guided : whole(renoise), ...asPasses };
    });
  } finally {
    if (!options.memory) memory.dispose();
  }
}

/** A network that takes w itself (arXiv 2210.03142) is asked once, with the label. */
function predictInOnePass<Label>(
  model: Model<Label>,
  x: tf.Tensor4D,
  place: Place,
  options: GuidanceOptions<Label>,
): GuidedPrediction {
  const { labels, rule = plain } = options;
  if (rule !== plain)
    throw new RangeError("This network has plain guidance in it, and cannot be sampled by another rule.");
  const guided = model.predict(x, place.t, [...labels], scalesAt(place, rule, options));
  return { guided, renoise: guided, u: undefined, c: undefined };
}

/** Which images a network is asked about; of the labels, one for each image of the batch, those of these rows are used. */
interface Question {
  rows: readonly number[];
  labels: readonly unknown[];
}

/** A network's answers to several questions about one batch, put to it in one call: two small calls take longer. */
function askAtOnce(
  network: Model<unknown>,
  { x, t, imageKeys }: { x: tf.Tensor4D; t: number; imageKeys?: readonly number[] },
  questions: readonly Question[],
): SomeImages[] {
  const rows = questions.flatMap((question) => question.rows);
  if (rows.length === 0) return questions.map(() => ({ rows, values: x }));
  const labels = questions.flatMap((question) => question.rows.map((row) => question.labels[row]));
  const keys = rows.map((row) => imageKeys?.[row] ?? row);
  const predict = askEqualOnce<unknown>((images, time, some) => network.predict(images, time, some), keys);
  const answers = predict(takeRows(x, rows), t, labels);
  let start = 0;
  return questions.map((question) => {
    const asked = question.rows.map((_, i) => start + i);
    start += asked.length;
    return { rows: question.rows, values: takeRows(answers, asked) };
  });
}

/** w of each image at this place, checked. */
function scalesAt(
  place: Place,
  rule: GuidanceRule,
  { labels, guidanceScale = 1 }: GuidanceOptions<unknown>,
): number[] {
  const scales = typeof guidanceScale === "number" ? labels.map(() => guidanceScale) : guidanceScale;
  checkShape("guidanceScale", [scales.length], [labels.length]);
  return scales.map((scale) => {
    const w = rule.scaleAt?.(scale, place) ?? scale;
    checkNumber("guidanceScale", w);
    return w;
  });
}
