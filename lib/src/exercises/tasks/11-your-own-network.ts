/** Exercises of notebook 11: how long an average remembers, the learning rate's course, and what a time is worth. */
import { learningRateShare } from "../../training/decay";
import type { Exercise } from "../exercise";
import { functionExercise } from "../function-exercise";
import { numberExercise } from "../number-exercise";

const averageDecay = numberExercise({
  id: "average-decay",
  notebook: "11",
  title: "the average's decay",
  right: () => [0.9915, 0.992], // three digits are enough
  observe: (decay) =>
    decay > 0 && decay < 1
      ? [`A decay of ${decay} is an average over ${Math.round(1 / (1 - decay))} steps.`]
      : ["A decay lies between 0 and 1."],
  mistakes: [
    {
      name: "the share",
      answer: 0.96,
      hint: "You took the share itself. It is one of the run: first find how many steps it is.",
    },
    { name: "the length", answer: 120, hint: "So many steps it is. Now the decay that belongs to them." },
    {
      name: "the usual one",
      answer: 0.999,
      hint: "That is an average over 1,000 steps, a third of this run.",
    },
    {
      name: "over the run",
      answer: 1 - 1 / 3000,
      hint: "That is an average over the whole run: the beginning would still be in it.",
    },
    {
      name: "what is let go",
      answer: 1 / 120,
      hint: "That share is let go at every step. The decay is what is kept.",
    },
  ],
  where: "4 % of 3,000 steps is n. The decay is 1 - 1/n.",
  hint: "n is 120.",
});

type Rate = (done: number, steps: number, warmup: number, rate: number) => number;

const learningRate = functionExercise<Parameters<Rate>>({
  id: "learning-rate",
  notebook: "11",
  title: "the learning rate of a step",
  parameters: ["done", "steps", "warmup", "rate"],
  cases: () =>
    // A rate as it is used would be so small that a wrong one could pass for rounding.
    [0, 49, 99, 1500, 2999].map((done) => ({ name: `done = ${done}`, args: [done, 3000, 100, 2] })),
  right: (done, steps, warmup, rate) =>
    rate * learningRateShare(done, { warmupSteps: warmup, decaySteps: steps }),
  mistakes: [
    {
      name: "no rise",
      answer: (done, steps, _, rate) => rate * learningRateShare(done, { decaySteps: steps }),
      hint: "It is whole from the first step on. Over the first warmup steps it rises.",
    },
    {
      name: "no fall",
      answer: (done, _, warmup, rate) => rate * learningRateShare(done, { warmupSteps: warmup }),
      hint: "It rises, and then stays. Half a cosine takes it to 0 over the run.",
    },
    {
      name: "rises for ever",
      answer: (done, steps, warmup, rate) =>
        ((rate * (done + 1)) / warmup) * learningRateShare(done, { decaySteps: steps }),
      hint: "After the warm-up it goes on rising: the rise ends at 1.",
    },
    {
      name: "begins at 0",
      answer: (done, steps, warmup, rate) =>
        rate * Math.min(1, done / warmup) * learningRateShare(done, { decaySteps: steps }),
      hint: "The first step has a rate of 0 and would learn nothing. It is to be whole at the last of the warm-up's steps: count this step, too.",
    },
    {
      name: "the fall waits",
      answer: (done, steps, warmup, rate) =>
        done < warmup
          ? (rate * (done + 1)) / warmup
          : rate * learningRateShare(done - warmup, { decaySteps: steps - warmup }),
      hint: "The cosine begins after the warm-up. Many recipes have it so; in this one it falls from the first step on.",
    },
    {
      name: "not halved",
      answer: (done, steps, warmup, rate) =>
        2 * rate * learningRateShare(done, { warmupSteps: warmup, decaySteps: steps }),
      hint: "It is twice as high as it should be: 1 + cos falls from 2 to 0. Halve it.",
    },
    {
      name: "a step ahead",
      answer: (done, steps, warmup, rate) =>
        rate *
        learningRateShare(done, { warmupSteps: warmup }) *
        learningRateShare(done + 1, { decaySteps: steps }),
      hint: "The fall is a step ahead. Only the rise counts this step, too; the first step's cosine is that of 0.",
    },
    {
      name: "a whole cosine",
      answer: (done, steps, warmup, rate) =>
        rate *
        learningRateShare(done, { warmupSteps: warmup }) *
        ((1 + Math.cos((2 * Math.PI * done) / steps)) / 2),
      hint: "It falls to 0 in the middle of the run and rises again: that is a whole cosine.",
    },
    {
      name: "a line",
      answer: (done, steps, warmup, rate) =>
        rate * learningRateShare(done, { warmupSteps: warmup }) * (1 - done / steps),
      hint: "It falls in a line. Half a cosine falls slowly at first and at the end, and fast in the middle.",
    },
    {
      name: "the cosine as it is",
      answer: (done, steps, warmup, rate) =>
        rate * learningRateShare(done, { warmupSteps: warmup }) * Math.cos((Math.PI * done) / steps),
      hint: "A cosine falls from 1 to -1, and yours goes below 0. Lift it by 1 and halve it.",
    },
  ],
  where: "Three factors: rate; (done + 1) / warmup, but at most 1; (1 + cos(pi done / steps)) / 2.",
  hint: "rate * Math.min(1, (done + 1) / warmup) * (1 + Math.cos((Math.PI * done) / steps)) / 2.",
});

const epochsInTime = numberExercise({
  id: "epochs-in-time",
  notebook: "11",
  title: "how often each image is seen",
  right: () => [1.59, 1.61],
  observe: (epochs) => [
    `${epochs} times 60,000 images are ${Math.round((epochs * 60_000) / 32).toLocaleString("en")} steps of 32.`,
  ],
  mistakes: [
    { name: "the steps", answer: 3000, hint: "So many steps there are. Each has 32 of the 60,000 images." },
    { name: "one image a step", answer: 0.05, hint: "That counts one image for each step. A step has 32." },
    { name: "the images", answer: 96_000, hint: "So many images pass by. How often is that 60,000?" },
    {
      name: "upside down",
      answer: 0.625,
      hint: "That is 60,000 over the images that pass by: turn it round.",
    },
  ],
  where: "Seconds over seconds a step are steps; times 32 are images; over 60,000 are times.",
  hint: "90 s hold 3,000 steps of 30 ms.",
});

export const yourOwnNetwork: Exercise[] = [averageDecay, learningRate, epochsInTime];
