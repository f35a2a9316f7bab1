/** Rules that change the scale from timestep to timestep. */
import { checkNumber } from "../validate";
import { plain } from "./plain";
import type { GuidanceRule, Place } from "./rule";

/** Options of {@link limitedInterval}: timesteps, both ends included. */
export interface IntervalOptions {
  /** Guidance begins when t has fallen to `high`, ... */
  high: number;
  /** ... and ends below `low`. */
  low?: number;
  /** The rule inside the interval; plain guidance by default. */
  rule?: GuidanceRule;
}

/**
 * Guidance in a limited interval (Kynkäänniemi et al., arXiv 2404.07724): w where low <= t <= high, and the
 * conditional prediction alone (w = 1, one pass) elsewhere. At high noise guidance costs variety, at low noise it changes nothing.
 * The paper's scale is this course's w; its interval is one of noise levels, here it is one of timesteps.
 * @throws RangeError when the interval is upside down
 * @example
 * const rule = cfg.limitedInterval({ low: 50, high: 200 });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 4, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function limitedInterval({ high, low = 0, rule = plain }: IntervalOptions): GuidanceRule {
  checkNumber("low", low, 0);
  checkNumber("high", high, 0);
  if (low > high)
    throw new RangeError(
      `the guidance interval goes from low = ${low} to high = ${high}; low must not lie above high.`,
    );
  return {
    ...rule,
    name: `${rule.name}, ${low} <= t <= ${high}`,
    onePassAt: rule.onePassAt.includes(1) ? rule.onePassAt : [...rule.onePassAt, 1],
    scaleAt: (w, place) => (place.t < low || place.t > high ? 1 : (rule.scaleAt?.(w, place) ?? w)),
  };
}

/** How much of guidance there is at a place, around 1 in the mean over time. */
export type Ramp = (place: Pick<Place, "t" | "timesteps">) => number;

/**
 * Grows from 0 at the noisiest timestep to 2 at the cleanest in a straight line, 1 in the mean.
 * @example
 * cfg.linearRamp({ t: 299, timesteps: 300 }) // 0
 */
export const linearRamp: Ramp = ({ t, timesteps }) => 2 * (1 - t / (timesteps - 1));

/**
 * Grows from 0 at the noisiest timestep to 2 at the cleanest along half a cosine, 1 in the mean.
 * @example
 * cfg.cosineRamp({ t: 0, timesteps: 300 }) // 2
 */
export const cosineRamp: Ramp = ({ t, timesteps }) => 1 + Math.cos((Math.PI * t) / (timesteps - 1));

/**
 * A scale that changes with t (Wang et al., "Analysis of Classifier-Free Guidance Weight Schedulers", arXiv 2404.13040):
 * the paper's scale, which is w - 1 here, is multiplied by a ramp that grows as the noise falls.
 * @example
 * const rule = cfg.scaleOverTime({ ramp: cfg.cosineRamp });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 4, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function scaleOverTime({
  ramp = linearRamp,
  rule = plain,
}: { ramp?: Ramp; rule?: GuidanceRule } = {}): GuidanceRule {
  return {
    ...rule,
    name: `${rule.name}, scale over t`,
    scaleAt: (w, place) => 1 + (w - 1) * ramp(place),
  };
}
