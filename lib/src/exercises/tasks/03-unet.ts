/** Exercises of notebook 03: time as waves, the condition in a block, sizes. */
import * as tf from "@tensorflow/tfjs-core";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

type Embed = (t: number, dim: number) => number[];
const waves =
  (wave: (t: number, i: number, dim: number) => number): Embed =>
  (t, dim) =>
    Array.from({ length: dim }, (_, i) => wave(t, i, dim));
const angle = (t: number, pair: number, dim: number): number => t * 10000 ** ((-2 * pair) / dim);

const timeWaves = functionExercise<Parameters<Embed>>({
  id: "time-waves",
  notebook: "03",
  title: "a timestep as waves",
  parameters: ["t", "dim"],
  cases: () => [
    { name: "t = 0, dim = 8", args: [0, 8] },
    { name: "t = 7, dim = 8", args: [7, 8] },
    { name: "t = 120, dim = 32", args: [120, 32] },
  ],
  right: waves((t, i, dim) => (i % 2 === 0 ? Math.sin : Math.cos)(angle(t, Math.floor(i / 2), dim))),
  mistakes: [
    {
      name: "all sines first",
      answer: waves((t, i, dim) => (i < dim / 2 ? Math.sin : Math.cos)(angle(t, i % (dim / 2), dim))),
      hint: "You have all sines first and all cosines after them. Here they take turns: sine, cosine, sine, cosine. A network reads its places, so the order must be that of its training.",
    },
    {
      name: "cosine first",
      answer: waves((t, i, dim) => (i % 2 === 0 ? Math.cos : Math.sin)(angle(t, Math.floor(i / 2), dim))),
      hint: "Each pair begins with its cosine. Here the sine comes first: at t = 0 the list begins 0, 1.",
    },
    {
      name: "a frequency for each place",
      answer: waves((t, i, dim) => (i % 2 === 0 ? Math.sin : Math.cos)(t * 10000 ** (-i / dim))),
      hint: "A sine and the cosine beside it have the same frequency: take the even place of the pair, i - (i % 2), for both.",
    },
    {
      name: "frequencies that rise",
      answer: waves((t, i, dim) =>
        (i % 2 === 0 ? Math.sin : Math.cos)(t * 10000 ** ((2 * Math.floor(i / 2)) / dim)),
      ),
      hint: "Your waves get faster from left to right. The exponent is negative: the first pair is the fastest.",
    },
  ],
  where:
    "Place i holds the sine (i even) or the cosine (i odd) of t times 10000 to the power of -(i - (i % 2)) / dim.",
  hint: "Write a loop over i from 0 to dim - 1. const pair = i - (i % 2); const angle = t * 10000 ** (-pair / dim); even places take Math.sin(angle), odd ones Math.cos(angle).",
});

type AddCondition = (h: tf.Tensor4D, shift: tf.Tensor2D) => tf.Tensor;

const addCondition = functionExercise<Parameters<AddCondition>>({
  id: "add-condition",
  notebook: "03",
  title: "the condition, added to every pixel",
  parameters: ["h", "shift"],
  cases: () => {
    const args = (n: number, size: number, channels: number): Parameters<AddCondition> => [
      tf.reshape(tf.range(0, n * size * size * channels), [n, size, size, channels]),
      tf.reshape(tf.mul(100, tf.range(1, n * channels + 1)), [n, channels]),
    ];
    return [
      { name: "one image of 2 x 2 with three channels", args: args(1, 2, 3) },
      { name: "two images of 2 x 2 with two channels", args: args(2, 2, 2) },
    ];
  },
  right: (h, shift) => tf.add(h, tf.reshape(shift, [shift.shape[0], 1, 1, shift.shape[1]])),
  mistakes: [
    {
      name: "the first image's for all",
      answer: (h, shift) => tf.add(h, tf.slice(shift, [0, 0], [1, -1])),
      hint: "All images get the first one's numbers. Each image has a row of its own: its time, its label.",
    },
    {
      name: "one number for all channels",
      answer: (h, shift) => tf.add(h, tf.reshape(tf.mean(shift, 1), [-1, 1, 1, 1])),
      hint: "Each image gets a single number. Every channel has its own, which all pixels of that channel share.",
    },
    {
      name: "multiplied",
      answer: (h, shift) => tf.mul(h, tf.reshape(shift, [shift.shape[0], 1, 1, shift.shape[1]])),
      hint: "You multiply. In this network time and label are added.",
    },
    {
      name: "left out",
      answer: (h) => h,
      hint: "The picture comes back as it was: TensorFlow's functions change nothing in place, they return a new tensor.",
    },
  ],
  where: "Reshape shift to [n, 1, 1, channels]: then tf.add repeats it over height and width.",
  hint: "tf.add(h, tf.reshape(shift, [n, 1, 1, channels])), where [n, channels] is shift.shape.",
});

const convSize = numberExercise({
  id: "conv-size",
  notebook: "03",
  title: "the numbers in one convolution",
  right: () => [295168, 295168],
  observe: (count) => [`You count ${count.toLocaleString("en")} numbers.`],
  mistakes: [
    {
      name: "no bias",
      answer: 294912,
      hint: "The 3 x 3 kernels are right. Each of the 256 channels that come out has a bias, too.",
    },
    {
      name: "one kernel for each output",
      answer: 2560,
      hint: "Each channel that comes out looks at all 128 that come in, with a 3 x 3 kernel for each.",
    },
    {
      name: "times the pixels",
      answer: 295168 * 16,
      hint: "The same kernel is used at every pixel: the picture's size does not count.",
    },
    {
      name: "a bias for each input",
      answer: 295040,
      hint: "There is a bias for each channel that comes out (256), not for each that comes in.",
    },
  ],
  where: "3 x 3 numbers for each pair of a channel in and a channel out, and one bias for each channel out.",
  hint: "3 * 3 * 128 * 256, and 256 more.",
});

export const unet: Exercise[] = [
  timeWaves,
  addCondition,
  { kind: "prediction", id: "shapes", notebook: "03", title: "sizes on the way down and up" },
  convSize,
];
