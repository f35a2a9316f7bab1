/** What to sample, and how; checked before the network is asked. */
import { plain } from "../guidance/plain";
import { type Combine, customRule, type GuidanceRule, type Place, placesOf } from "../guidance/rule";
import { checkSameTask, type Model } from "../model";
import { checkDenoisable } from "../prediction";
import { checkTimesteps, trailingTimesteps } from "../schedule";
import { checkInteger, checkNumber, checkShape, checkSomeLabels } from "../validate";
import { ddpm } from "./ddpm";
import { type NoiseSource, seededNoise } from "./noise";
import type { Sampler } from "./sampler";
import type { Threshold } from "./thresholding";

/** Options of {@link sample}. */
export interface SampleOptions<Label = number> {
  /** One label for each image: digits 0..9, or the null label. */
  labels: readonly Label[];
  /** w, one for all or one for each image; 1 is conditional, and the default. */
  guidanceScale?: number | readonly number[];
  /** How two predictions become one: plain guidance by default. A function is a rule of one's own. */
  rule?: GuidanceRule | Combine;
  /** The algorithm: DDPM, the seed's, by default. */
  sampler?: Sampler;
  /** How many timesteps to visit, evenly spaced: see {@link trailingTimesteps}. All of them by default, as the seed does. */
  steps?: number;
  /** The timesteps themselves, falling, instead of `steps`. */
  timesteps?: readonly number[];
  /** Keeps the predicted clean images in range: off by default. */
  threshold?: Threshold;
  /**
   * Whole number, 0 by default. The same seed is the same noise, whatever the scale, the rule and the sampler; with the same
   * settings, the same images.
   */
  seed?: number;
  /** The index of each image's noise, by default its place in the batch; images with the same index share their noise. */
  noiseIndices?: readonly number[];
  /**
   * Starts from sqrt(alphaBar_T) startImage + sqrt(1 - alphaBar_T) noise, the way training's noisiest images look, instead
   * of noise alone; height x width x channels numbers. On a schedule that ends at alphaBar = 0 it changes nothing.
   */
  startImage?: Float32Array;
  /** Noise of the caller's own, instead of `seed`. */
  noise?: NoiseSource;
}

/** The options with defaults, as {@link sample} goes through them. */
export interface SamplingRun<Label> {
  labels: readonly Label[];
  /** w of each image. */
  guidanceScale: readonly number[];
  rule: GuidanceRule;
  sampler: Sampler;
  /** Where the network is asked, in order. */
  places: readonly Place[];
  threshold: Threshold | undefined;
  noise: NoiseSource;
  startImage: Float32Array | undefined;
  /** A key for each image: those with equal keys start alike. Undefined where the noise is the caller's own. */
  imageKeys: readonly number[] | undefined;
}

/**
 * Checks everything that can be told before the network is asked; `sample` does it first. Needs no engine.
 * @throws RangeError as `sample` does
 * @example
 * cfg.checkSampling(model, { labels: [3], steps: 20 });
 */
export function checkSampling<Label = number>(model: Model<Label>, options: SampleOptions<Label>): void {
  prepareSampling(model, options);
}

/** The options with defaults, checked. */
export function prepareSampling<Label>(
  model: Model<Label>,
  options: SampleOptions<Label>,
): SamplingRun<Label> {
  const { labels, sampler = ddpm, rule: given = plain, seed = 0, startImage } = options;
  const { schedule, imageShape } = model;
  const { guidanceScale = 1, noiseIndices = labels.map((_, i) => i) } = options;
  const scales = typeof guidanceScale === "number" ? labels.map(() => guidanceScale) : guidanceScale;
  const rule = typeof given === "function" ? customRule("a rule of your own", given) : given;
  const timesteps = options.timesteps ?? trailingTimesteps(schedule, options.steps ?? schedule.timesteps);

  checkSomeLabels("labels", labels);
  model.checkLabels("labels", labels);
  checkWholeNumbers("seed", [seed]);
  checkShape("guidanceScale", [scales.length], [labels.length]);
  for (const w of scales) checkNumber("guidanceScale", w);
  checkShape("noiseIndices", [noiseIndices.length], [labels.length]);
  checkWholeNumbers("noiseIndices", noiseIndices);
  if (startImage) checkShape("startImage", [startImage.length], [imageShape.reduce((a, b) => a * b, 1)]);
  checkRule(model, rule, sampler);
  checkVisits(model, timesteps);
  const places = placesOf(schedule, timesteps).map((place) => ({
    ...place,
    alphaBar: Math.max(place.alphaBar, sampler.minAlphaBar),
  }));
  return {
    labels,
    guidanceScale: scales,
    rule,
    sampler,
    places,
    threshold: options.threshold,
    noise: options.noise ?? seededNoise({ seed, indices: noiseIndices, imageShape }),
    startImage,
    imageKeys: options.noise ? undefined : noiseIndices,
  };
}

function checkWholeNumbers(name: string, values: readonly number[]): void {
  for (const [i, value] of values.entries())
    checkInteger(
      values.length === 1 ? name : `${name}[${i}]`,
      value,
      Number.MIN_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER,
    );
}

/** Throws unless the rule fits the model and the sampler. */
function checkRule(model: Model<unknown>, rule: GuidanceRule, sampler: Sampler): void {
  for (const other of [rule.weak, rule.third])
    if (other) checkSameTask(`The weaker network of ${rule.name}`, other, model);
  if ("combineTwo" in rule && !sampler.usesEps)
    throw new RangeError(
      `the rule ${rule.name} decides which noise is put back, and the sampler ${sampler.name} puts no predicted noise ` +
        "back; take ddim, dpm-solver or sde-dpm-solver.",
    );
}

/** Throws unless the timesteps fall, and clean images follow from what the network predicts at each. */
function checkVisits({ schedule, predicts }: Model<unknown>, timesteps: readonly number[]): void {
  checkTimesteps(schedule, timesteps);
  if (timesteps.length === 0 || timesteps.some((t, i) => i > 0 && t >= timesteps[i - 1]))
    throw new RangeError(`timesteps are [${timesteps.join(", ")}]; they must fall, and be at least one.`);
  checkDenoisable(predicts, schedule, timesteps);
}
