/**
 * One guided prediction for a batch in which every image has a label and a guidance scale of its own. Both passes go
 * through the network as one batch; an image whose scale needs only one pass gets only that one; and images that are
 * still the same (scales that share their noise, before the first step) are asked about once.
 */
import * as tf from "@tensorflow/tfjs-core";
import { guide, plain } from "../guidance/plain";
import { askRule, type GuidanceRule, type Known, type Place, type TwoPredictions } from "../guidance/rule";
import type { Predict, Predicts } from "../prediction";
import { checkNumber, checkShape } from "../validate";

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
interface AskedOfBatch {
  labels: readonly number[];
  /** One w for each image. */
  guidanceScales: readonly number[];
  nullLabel: number;
  /** What the network predicts: what it says itself, or else noise. */
  predicts?: Predicts;
  /** The rule's memory; what the rule puts there is the caller's to free. Without it the rule forgets at once. */
  state?: Map<string, tf.Tensor>;
  /** A key for each image: images with equal keys are equal in x. Without it none are taken to be. */
  sameImages?: readonly number[];
}

/** Plain guidance: the same everywhere in sampling. */
interface PlainRequest extends AskedOfBatch {
  rule?: undefined;
  place?: Omit<Place, "t">;
}

/** Guidance by a rule, which may ask where in sampling it is. */
interface RuleRequest extends AskedOfBatch {
  /** How two predictions become one. */
  rule: GuidanceRule;
  place: Omit<Place, "t">;
}

/** What {@link predictGuided} is asked for; plain guidance without a rule. */
export type GuidanceRequest = PlainRequest | RuleRequest;

/**
 * The guided prediction for images x at timestep t.
 * @throws RangeError when a scale is no finite number, there is not one for each label, or a rule is not told its place
 */
export function predictGuided(
  predict: Predict,
  x: tf.Tensor4D,
  t: number,
  request: GuidanceRequest,
): GuidedPrediction {
  const { labels, nullLabel, sameImages } = request;
  const [rule, place] = [request.rule ?? plain, placeOf(request, t)];
  const rows = labels.map((_, row) => row);
  checkShape("guidanceScales", [request.guidanceScales.length], [rows.length]);
  const scales = request.guidanceScales.map((w) => (place && rule.scaleAt?.(w, place)) ?? w);
  for (const w of scales) checkNumber("guidanceScale", w);
  const isOnePass = (row: number, w: 0 | 1): boolean => scales[row] === w && rule.onePassAt.includes(w);
  const onlyU = rows.filter((row) => isOnePass(row, 0));
  const onlyC = rows.filter((row) => isOnePass(row, 1));
  const both = rows.filter((row) => !isOnePass(row, 0) && !isOnePass(row, 1));

  return tf.tidy(() => {
    const uRows = [...both, ...onlyU];
    const cRows = [...both, ...onlyC];
    const ask = (network: Predict, asked: Question[]): tf.Tensor4D =>
      askOnce(network, x, t, asked, sameImages);
    const withLabel = (row: number): Question => ({ row, label: labels[row] });
    const withoutLabel = (row: number): Question => ({ row, label: nullLabel });
    let [u, c]: (tf.Tensor4D | undefined)[] = [undefined, undefined];
    if (rule.weak) {
      if (uRows.length > 0) u = ask(rule.weak, uRows.map(withLabel));
      if (cRows.length > 0) c = ask(predict, cRows.map(withLabel));
    } else {
      const answers = ask(predict, [...uRows.map(withoutLabel), ...cRows.map(withLabel)]);
      if (uRows.length > 0) u = firstRows(answers, uRows.length);
      if (cRows.length > 0) c = uRows.length > 0 ? tf.slice(answers, uRows.length) : answers;
    }
    if (both.length === 0) {
      // [the images at w = 0, those at w = 1] -> the order of the batch
      const parts = [u, c].filter((part) => part !== undefined);
      const guided = parts.length === 1 ? parts[0] : inOrder(tf.concat(parts, 0), [...onlyU, ...onlyC]);
      return { guided, renoise: guided, u: c ? undefined : u, c: u ? undefined : c };
    }
    const ofBoth = {
      u: firstRows(u!, both.length),
      c: firstRows(c!, both.length),
      xt: pick(x, both, rows.length),
      scales: both.map((row) => scales[row]),
      alsoAsked: rule.alsoAsk && ask(rule.alsoAsk, both.map(withLabel)),
    };
    const { denoise, renoise } = place
      ? combine(rule, ofBoth, place, request, predict)
      : guidePlainly(ofBoth);
    const whole = (part: tf.Tensor4D): tf.Tensor4D => {
      if (both.length === rows.length) return part;
      const others = [
        onlyU.length > 0 && tf.slice(u!, both.length),
        onlyC.length > 0 && tf.slice(c!, both.length),
      ];
      return inOrder(tf.concat([part, ...others.filter((other) => other !== false)], 0), [
        ...both,
        ...onlyU,
        ...onlyC,
      ]);
    };
    const guided = whole(denoise);
    return {
      guided,
      renoise: renoise === denoise ? guided : whole(renoise),
      u: uRows.length === rows.length ? inOrder(u!, uRows) : undefined,
      c: cRows.length === rows.length ? inOrder(c!, cRows) : undefined,
    };
  });
}

/** Where in sampling this is; undefined where plain guidance need not know. Checked too for callers without types. */
function placeOf({ rule, place }: Partial<RuleRequest>, t: number): Place | undefined {
  if (rule && !place)
    throw new RangeError(
      `the rule ${rule.name} may ask where in sampling it is; ` +
        "give place: { timesteps, step, steps, alphaBar, alphaBarNext }.",
    );
  return place && { ...place, t };
}

/** The images that need both passes: their predictions, and what a rule is told of them. */
interface OfBoth extends Pick<Known, "xt" | "scales" | "alsoAsked"> {
  u: tf.Tensor4D;
  c: tf.Tensor4D;
}

function guidePlainly({ u, c, scales }: OfBoth): TwoPredictions {
  const guided = guide(u, c, scales);
  return { denoise: guided, renoise: guided };
}

/** Asks the rule, and keeps what it remembers. */
function combine(
  rule: GuidanceRule,
  { u, c, ...images }: OfBoth,
  place: Place,
  { predicts, state }: GuidanceRequest,
  predict: Predict,
): TwoPredictions {
  const memory = state ?? new Map<string, tf.Tensor>();
  const before = new Set(memory.values());
  const answer = askRule(rule, u, c, {
    ...place,
    ...images,
    predicts: predicts ?? predict.predicts ?? "noise",
    state: memory,
  });
  if (!state) return answer; // the tidy around us frees what the rule remembers
  for (const [name, tensor] of state) {
    // A copy of its own (sharing the numbers), as a rule may remember a tensor that the sampler disposes of.
    if (!before.has(tensor)) state.set(name, tf.keep(tf.clone(tensor)));
  }
  const after = new Set(state.values());
  for (const tensor of before) if (!after.has(tensor)) tensor.dispose();
  return answer;
}

/** One image of the batch, asked about with one label. */
interface Question {
  row: number;
  label: number;
}

/** The network's answers to questions; equal ones (same image, same label) are put to it once. */
function askOnce(
  predict: Predict,
  x: tf.Tensor4D,
  t: number,
  asked: Question[],
  sameImages: readonly number[] | undefined,
): tf.Tensor4D {
  const places = new Map<string, number>();
  const distinct: Question[] = [];
  const answerOf = asked.map(({ row, label }) => {
    const key = `${sameImages ? sameImages[row] : row},${label}`;
    let at = places.get(key);
    if (at === undefined) {
      at = distinct.length;
      places.set(key, at);
      distinct.push({ row, label });
    }
    return at;
  });
  const images = pick(
    x,
    distinct.map(({ row }) => row),
    x.shape[0],
  );
  const answers = predict(
    images,
    t,
    distinct.map(({ label }) => label),
  );
  return distinct.length === asked.length ? answers : tf.gather(answers, answerOf);
}

/** Some rows of a batch of `count`; the batch itself where they are all of it in order. */
function pick(x: tf.Tensor4D, rows: number[], count: number): tf.Tensor4D {
  return rows.length === count && rows.every((row, i) => row === i) ? x : tf.gather(x, rows);
}

function firstRows(x: tf.Tensor4D, count: number): tf.Tensor4D {
  return x.shape[0] === count ? x : tf.slice(x, 0, count);
}

/** Values that stand in the order of `rows`, put in the order 0, 1, 2, ... */
function inOrder(values: tf.Tensor4D, rows: number[]): tf.Tensor4D {
  if (rows.every((row, i) => row === i)) return values;
  const place = new Array<number>(rows.length);
  for (const [i, row] of rows.entries()) place[row] = i;
  return tf.gather(values, place);
}
