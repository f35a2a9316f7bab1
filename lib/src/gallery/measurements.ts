/** What can be measured of a network of the gallery, whatever is wrong with it. Node only. */
import * as tf from "@tensorflow/tfjs-core";
import { type Dataset, digitsOf, loadMnist, pick } from "mnist-data-loader";
import { DIGIT_COUNT, IMAGE_SHAPE, IMAGE_SIZE, NULL_LABEL, PIXELS } from "../digits";
import { pickImages } from "../images";
import type { Judge } from "../judge/judge";
import { trainingTarget } from "../prediction";
import { normal } from "../random";
import { addNoise } from "../schedule";
import { weightedSum } from "../weighted-sum";
import type { Mystery } from "./mystery";
import { visits } from "./suspect";

/** Numbers by name. */
export type Numbers = Record<string, number>;

/** What a measurement is given. */
interface Subject {
  mystery: Mystery;
  judge: Judge;
  /** Whole number: other noise, other digits. */
  seed: number;
}

/** Every digit twice. */
const LABELS = Array.from({ length: 20 }, (_, i) => i % DIGIT_COUNT);
/** How many pixels at each side hold no ink in MNIST. */
const MARGIN = 3;

/** What can be chosen to measure. */
export type Measurement = "pixels" | "labels" | "scale" | "time" | "batch" | "step" | "training";

/** The measurements by name. */
export const MEASUREMENTS: Record<Measurement, (subject: Subject) => Numbers> = {
  pixels,
  labels,
  scale,
  time,
  batch,
  step,
  training,
};

/** Mean pixel and contrast at w = 1, and the grain in the margin, where no digit has ink. */
function pixels({ mystery, seed }: Subject): Numbers {
  const { images } = mystery.sample({ labels: LABELS, guidanceScale: 1, seed });
  const margin = images.filter((_, i) => isMargin(i % PIXELS));
  return {
    "mean pixel": mean(images),
    contrast: spread(images),
    "grain in the margin": spread(margin),
  };
}

/** What the judge says of digits at w = 0, 1 and 4. */
function labels({ mystery, judge, seed }: Subject): Numbers {
  const said = (guidanceScale: number, asked: readonly number[]): number[] =>
    Array.from(judge.judge(mystery.sample({ labels: asked, guidanceScale, seed }).images).labels);
  const [at0, at1, at4] = [0, 1, 4].map((w) => said(w, LABELS));
  const right = (found: number[]): number => share(found.map((label, i) => label === LABELS[i]));
  const zeros = said(4, new Array<number>(10).fill(0));
  return {
    "share right, w = 0": right(at0),
    "share right, w = 1": right(at1),
    "share right, w = 4": right(at4),
    "share of zeros, w = 0": share(at0.map((label) => label === 0)),
    "zeros asked for, w = 4: right": share(zeros.map((label) => label === 0)),
  };
}

/** Whether w = 0 is the prediction without label, and w = 1 the one with it: how far they are apart, root mean square. */
function scale({ mystery, seed }: Subject): Numbers {
  const t = visits(mystery.schedule)[5];
  return tf.tidy(() => {
    const { xt } = noisyDigits(mystery, t, seed);
    const none = LABELS.map(() => NULL_LABEL);
    const u = mystery.predict(xt, t, none);
    const c = mystery.predict(xt, t, LABELS);
    const far = (w: number, from: tf.Tensor4D): number =>
      distance(mystery.guided(xt, t, { labels: LABELS, guidanceScale: w }), from);
    return {
      "with label, from without": distance(c, u),
      "w = 0, from without": far(0, u),
      "w = 1, from with": far(1, c),
    };
  });
}

/** The mean squared error of the prediction for real digits, at several timesteps; and when it is told another one. */
function time({ mystery, seed }: Subject): Numbers {
  const error = (t: number, told: number): number => {
    return tf.tidy(() => {
      const { xt, target } = noisyDigits(mystery, t, seed);
      return distance(mystery.predict(xt, told, LABELS), target) ** 2;
    });
  };
  const places = visits(mystery.schedule);
  const [early, late, middle] = [places.slice(-1)[0], places[1], places[5]];
  const gap = places[0] - places[1];
  const own = error(middle, middle);
  return {
    [`error at t = ${late}`]: error(late, late),
    [`error at t = ${middle}`]: own,
    [`error at t = ${early}`]: error(early, early),
    [`t = ${middle} told as ${middle + gap}: error, times`]: error(middle, middle + gap) / own,
    [`t = ${middle} told as ${middle - gap}: error, times`]: error(middle, middle - gap) / own,
  };
}

/** How far the first digit is from itself when it is sampled alone, root mean square. */
function batch({ mystery, seed }: Subject): Numbers {
  const first = (count: number): Float32Array =>
    pickImages(mystery.sample({ labels: LABELS.slice(0, count), guidanceScale: 1, seed }).images, [0]);
  return { "first of twenty, from it alone": rootMeanSquare(first(LABELS.length), first(1)) };
}

/** Whether x0 and eps of a step make up its x_t, and whether the last x is the last x0, root mean square. */
function step({ mystery, seed }: Subject): Numbers {
  const look = (guidanceScale: number): { unexplained: number; atEnd: number } => {
    let [unexplained, atEnd] = [0, 0];
    for (const { t, xt, x0, eps, x } of mystery.steps({ labels: LABELS, guidanceScale, seed })) {
      const alphaBar = mystery.schedule.alphaBars[t];
      unexplained = tf.tidy(() => {
        const explained = weightedSum(Math.sqrt(alphaBar), x0, Math.sqrt(1 - alphaBar), eps);
        return Math.max(unexplained, distance(explained, xt));
      });
      atEnd = distance(x, x0);
    }
    return { unexplained, atEnd };
  };
  const [at1, at4] = [look(1), look(4)];
  return {
    "x_t unexplained, w = 1": at1.unexplained,
    "x_t unexplained, w = 4": at4.unexplained,
    "last x, from the last x0": at1.atEnd,
  };
}

/** How many batches of the training are looked at. */
const BATCHES = 40;

/** What the training's batches held: dropped labels, zeros, pixels; and its loss over a hundred steps. */
function training({ mystery }: Subject): Numbers {
  const found: number[][] = [];
  let [least, most] = [Infinity, -Infinity];
  for (const { labels, images } of mystery.trainingBatches(BATCHES)) {
    found.push(labels);
    for (const pixel of images) [least, most] = [Math.min(least, pixel), Math.max(most, pixel)];
  }
  const all = found.flat();
  const wholly = found.map((one) => one.every((label) => label === NULL_LABEL));
  return {
    "share of dropped labels (10)": share(all.map((label) => label === NULL_LABEL)),
    "share of zeros": share(all.map((label) => label === 0)),
    "batches dropped as a whole": share(wholly),
    "smallest pixel": least,
    "largest pixel": most,
    "loss of steps 500 to 600": mean(mystery.losses.slice(500, 600)),
  };
}

/** MNIST's test digits, read when they are first needed. */
let testDigits: Dataset | undefined;

/** Real test digits, each label twice, noised by the right formula; and what is to be predicted. For within a `tf.tidy`. */
function noisyDigits(
  { schedule, predicts }: Mystery,
  t: number,
  seed: number,
): { xt: tf.Tensor4D; target: tf.Tensor4D } {
  const test = (testDigits ??= loadMnist({ split: "test" }));
  const indices = LABELS.map((label, i) => digitsOf(test, label)[2 * seed + Math.floor(i / DIGIT_COUNT)]);
  const x0 = tf.tensor4d(pick(test, indices).images, [LABELS.length, ...IMAGE_SHAPE]);
  const noise = tf.tensor4d(normal(x0.size, seed, t), x0.shape);
  const timesteps = LABELS.map(() => t);
  return {
    xt: addNoise(schedule, x0, timesteps, noise),
    target: trainingTarget(predicts, schedule, x0, timesteps, noise),
  };
}

const isMargin = (pixel: number): boolean => {
  const [row, column] = [Math.floor(pixel / IMAGE_SIZE), pixel % IMAGE_SIZE];
  return Math.min(row, column, IMAGE_SIZE - 1 - row, IMAGE_SIZE - 1 - column) < MARGIN;
};

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const share = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

function spread(values: ArrayLike<number>): number {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
}

const rootMeanSquare = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(mean(Array.from(a, (value, i) => (value - b[i]) ** 2)));

const distance = (a: tf.Tensor4D, b: tf.Tensor4D): number => rootMeanSquare(a.dataSync(), b.dataSync());
