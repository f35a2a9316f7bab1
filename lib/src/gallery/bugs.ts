/** The twelve mistakes of the gallery: how each is put in, what shows it, and where it was reported. */
import * as tf from "@tensorflow/tfjs-core";
import { NULL_LABEL } from "../digits";
import { customRule } from "../guidance/rule";
import { createModel, type Model } from "../model";
import { fromStateDict } from "../nn/parameters";
import { describeUnet } from "../unet/description";
import type { Weights } from "../weights/decode-weights";
import { halvesSwapped, paperScale, wrongSign } from "./guidance-mistakes";
import type { Measurement } from "./measurements";
import { cosineFirst, inTrainingMode } from "./network-mistakes";
import { clipWithoutNoise, noiseAtTheEnd, offByOne, withoutProduct } from "./step-mistakes";
import { type Suspect, visits } from "./suspect";
import { TRAINING_MISTAKES } from "./training-mistakes";

/** What must be seen where a mistake was made: a number, and the side of a limit on which it lies. */
export interface Sign {
  /** Which measurement, and which of its numbers. */
  of: Measurement;
  number: string;
  atLeast?: number;
  atMost?: number;
  /** What it would mean, in words: "asked for w = 1, the label is missed". */
  means: string;
}

/** A mistake of the gallery. */
export interface Bug {
  /** What a student calls it. */
  name: string;
  /** What happens, and why, in two or three sentences. */
  story: string;
  /** The lines between BEGIN and END of this mark, in that file of this room. */
  code: readonly [file: string, mark: string];
  /** Which weights that ship. */
  weights: string;
  /** Puts the mistake into what is right. */
  make: (right: Suspect, weights: Weights) => Suspect;
  /** All of them hold where the mistake was made. */
  signs: readonly Sign[];
  /** A report of such a mistake. */
  report?: string;
}

const asked = (right: Suspect, predict: Model["predict"], more: Partial<Model> = {}): Suspect => {
  const { predicts, schedule, nullLabel } = { ...right.model, ...more };
  return { ...right, model: createModel(predict, { predicts, schedule, nullLabel }) };
};

/** Runs the network of the weights in another way. */
function runAs(run: typeof inTrainingMode): Bug["make"] {
  return (right, { state }) => {
    const parameters = fromStateDict(state);
    for (const tensor of parameters.values()) tf.keep(tensor);
    const dispose = (): void => {
      right.dispose();
      tf.dispose([...parameters.values()]);
    };
    return { ...asked(right, run(parameters, describeUnet(state))), dispose };
  };
}

/** The label that asks for none is 0 for this network, and it is asked with it. */
const nullIsZero: Bug["make"] = (right) => {
  const toZero = (label: number): number => (label === NULL_LABEL ? 0 : label);
  const predict: Model["predict"] = (x, t, labels) => right.model.predict(x, t, labels.map(toZero));
  return { ...asked(right, predict), draw: TRAINING_MISTAKES["null-as-zero"] };
};

const issue = (place: string): string => `https://github.com/${place}`;

/** The mistakes, in the order in which a network is made: trained, asked, guided, sampled. */
export const bugs: readonly Bug[] = [
  {
    name: "null label trained as class 0",
    story:
      "The dropped labels were replaced by 0, which is a digit's label, too. So the network learned every digit under it: " +
      "a zero that is asked for may be anything, and guidance towards zero moves nothing.",
    code: ["training-mistakes", "null-as-zero"],
    weights: "gallery-null-as-zero",
    make: nullIsZero,
    signs: [
      {
        of: "labels",
        number: "zeros asked for, w = 4: right",
        atMost: 0.7,
        means: "Zeros that are asked for come out as other digits, even at w = 4.",
      },
      {
        of: "training",
        number: "share of dropped labels (10)",
        atMost: 0.01,
        means: "No label of its training's batches is the null label.",
      },
    ],
  },
  {
    name: "dropout per batch",
    story:
      "One coin was thrown for the whole batch, so that all labels of a batch are dropped, or none. Batch norm never saw " +
      "both in one batch. At w = 1 the digits are right; the prediction without label is far off, and so is all that " +
      "guidance makes of it at a larger w.",
    code: ["training-mistakes", "dropout-per-batch"],
    weights: "gallery-dropout-per-batch",
    make: (right) => ({ ...right, draw: TRAINING_MISTAKES["dropout-per-batch"] }),
    signs: [
      {
        of: "training",
        number: "batches dropped as a whole",
        atLeast: 0.02,
        means: "Some of its training's batches have no label at all, the others have all.",
      },
      {
        of: "scale",
        number: "with label, from without",
        atLeast: 0.15,
        means: "Its predictions with and without label are far apart.",
      },
    ],
    report: issue("lucidrains/DALLE2-pytorch/issues/47"),
  },
  {
    name: "data in [0, 1]",
    story:
      "The digits had pixels from 0 to 1 in training. The samples have them, too, and whoever shows or judges them as -1 " +
      "to 1 sees grey paper.",
    code: ["training-mistakes", "zero-to-one"],
    weights: "gallery-zero-to-one",
    make: (right) => ({ ...right, draw: TRAINING_MISTAKES["zero-to-one"] }),
    signs: [
      {
        of: "training",
        number: "smallest pixel",
        atLeast: -0.1,
        means: "Its training saw no pixel below 0.",
      },
      {
        of: "pixels",
        number: "mean pixel",
        atLeast: -0.4,
        means: "Its digits stand on grey: the mean pixel is high.",
      },
    ],
    report: issue("lucidrains/DALLE2-pytorch/issues/96"),
  },
  {
    name: "batch norm in training mode",
    story:
      "Batch norm took mean and variance of the images in the batch instead of those it had kept from training. So a digit " +
      "depends on which others are sampled beside it.",
    code: ["network-mistakes", "batch-norm"],
    weights: "small",
    make: runAs(inTrainingMode),
    signs: [
      {
        of: "batch",
        number: "first of twenty, from it alone",
        atLeast: 0.05,
        means: "The same digit, alone and among twenty, comes out as two digits.",
      },
    ],
    report: issue("sdv-dev/SDGym/issues/22"),
  },
  {
    name: "sine and cosine swapped",
    story:
      "The timestep's sines and cosines reached the network in another order than in training. To it, every timestep is " +
      "one that does not exist.",
    code: ["network-mistakes", "cosine-first"],
    weights: "small",
    make: runAs(cosineFirst),
    signs: [
      {
        of: "time",
        number: "error at t = 149",
        atLeast: 0.16,
        means: "Its predictions are poor at every timestep, in the middle, too.",
      },
      {
        of: "training",
        number: "smallest pixel",
        atMost: -0.9,
        means: "Its training is in order: pixels from -1 on.",
      },
    ],
    report: issue("flashinfer-ai/flashinfer/pull/3819"),
  },
  {
    name: "t off by one",
    story:
      "The loop's index was one place ahead: the network was told the timestep that the step goes to, not the one where x_t " +
      "is. It takes some of the noise for ink.",
    code: ["step-mistakes", "off-by-one"],
    weights: "small",
    make: (right) => asked(right, offByOne(right.model, visits(right.model.schedule))),
    signs: [
      {
        of: "time",
        number: "t = 149 told as 179: error, times",
        atMost: 0.8,
        means: "Told a timestep one place too high, it predicts better.",
      },
    ],
    report: issue("huggingface/diffusers/issues/12633"),
  },
  {
    name: "sign of guidance",
    story: "The difference of the two predictions was subtracted. The larger w, the further from the label.",
    code: ["guidance-mistakes", "sign"],
    weights: "small",
    make: (right) => ({ ...right, rule: customRule("plain", wrongSign) }),
    signs: [
      {
        of: "scale",
        number: "w = 0, from without",
        atMost: 0.01,
        means: "w = 0 is the prediction without label, as it should be.",
      },
      {
        of: "scale",
        number: "w = 1, from with",
        atLeast: 0.02,
        means: "w = 1 is not the prediction with the label.",
      },
      { of: "labels", number: "share right, w = 1", atMost: 0.3, means: "At w = 1 the labels are missed." },
    ],
    report: issue("labmlai/annotated_deep_learning_paper_implementations/issues/177"),
  },
  {
    name: "halves swapped",
    story:
      "The doubled batch was taken apart in the other order, so that u and c changed their names. w = 0 follows the label, " +
      "w = 1 ignores it, and w = 4 flees from it.",
    code: ["guidance-mistakes", "halves"],
    weights: "small",
    make: (right) => ({ ...right, rule: customRule("plain", halvesSwapped) }),
    signs: [
      {
        of: "scale",
        number: "w = 0, from without",
        atLeast: 0.02,
        means: "w = 0 is not the prediction without label.",
      },
      { of: "labels", number: "share right, w = 1", atMost: 0.5, means: "At w = 1 the labels are ignored." },
    ],
    report: issue("threestudio-project/threestudio/pull/161"),
  },
  {
    name: "the paper's w",
    story:
      "The formula counts w as Ho and Salimans do, from the conditional prediction on. Every w guides by one more than was " +
      "asked for: w = 0 has the label already.",
    code: ["guidance-mistakes", "paper-scale"],
    weights: "small",
    make: (right) => ({ ...right, rule: customRule("plain", paperScale) }),
    signs: [
      {
        of: "scale",
        number: "w = 0, from without",
        atLeast: 0.02,
        means: "w = 0 is not the prediction without label.",
      },
      {
        of: "labels",
        number: "share right, w = 1",
        atLeast: 0.7,
        means: "At w = 1 the labels are followed.",
      },
    ],
    report: issue("huggingface/diffusers/issues/5882"),
  },
  {
    name: "alpha for alphaBar",
    story:
      "The schedule's alphas stood where their product belongs. The sampler believes that x_t is almost clean at every " +
      "timestep, and takes almost nothing away.",
    code: ["step-mistakes", "alpha"],
    weights: "small",
    make: (right) => {
      const schedule = withoutProduct(right.model.schedule);
      return asked(right, (x, t, labels) => right.model.predict(x, t, labels), { schedule });
    },
    signs: [
      {
        of: "step",
        number: "x_t unexplained, w = 1",
        atLeast: 0.3,
        means: "x0 and eps do not make up x_t, at any scale.",
      },
    ],
    report: issue("yang-song/score_sde_pytorch/issues/73"),
  },
  {
    name: "noise at the last step",
    story: "The last step added noise as all others do, and no step came after it to take it away.",
    code: ["step-mistakes", "last-noise"],
    weights: "small",
    make: (right) => ({ ...right, sampler: noiseAtTheEnd() }),
    signs: [
      {
        of: "step",
        number: "last x, from the last x0",
        atLeast: 0.05,
        means: "What comes out is not the last predicted image.",
      },
    ],
    report: issue("TeaPearce/Conditional_Diffusion_MNIST/issues/10"),
  },
  {
    name: "x0 clipped, noise not derived again",
    story:
      "The predicted image was cut to [-1, 1], and the noise that goes with it stayed as it was. The two no longer make " +
      "x_t, most of all at a large w, whose images reach far beyond.",
    code: ["step-mistakes", "clip"],
    weights: "small",
    make: (right) => ({ ...right, rule: clipWithoutNoise }),
    signs: [
      {
        of: "step",
        number: "x_t unexplained, w = 4",
        atLeast: 0.05,
        means: "At w = 4 x0 and eps do not make up x_t.",
      },
      {
        of: "step",
        number: "x_t unexplained, w = 1",
        atMost: 0.2,
        means: "At w = 1, where little is cut, they nearly do.",
      },
    ],
    report: issue("lucidrains/denoising-diffusion-pytorch/pull/84"),
  },
];
