/** CFG++ (Chung et al., "CFG++: Manifold-constrained Classifier Free Guidance for Diffusion Models", arXiv 2406.08070). */
import { checkNumber } from "../validate";
import { guide } from "./plain";
import type { TwoPredictionRule } from "./rule";

/**
 * The clean image is taken from the guided prediction u + lambda (c - u), but the noise that is put back is the
 * unconditional u. The scale is the paper's lambda, usually 0..1, not w: see {@link cfgPlusPlusToPlain}.
 */
export const cfgPlusPlus: TwoPredictionRule = {
  name: "CFG++",
  onePassAt: [0],
  combineTwo: (u, c, { guidanceScale }) => ({ denoise: guide(u, c, guidanceScale), renoise: u }),
};

/**
 * The plain w that makes the same DDIM step as CFG++ with lambda: w = lambda r / (r - rNext), where
 * r = sqrt(1 - alphaBar) / sqrt(alphaBar) is the ratio of noise to signal. It follows from setting equal what c - u is
 * multiplied with in the two steps, and grows towards the end of many small steps: CFG++ is a scale that changes with t.
 * @example
 * cfg.cfgPlusPlusToPlain(0.5, 0.2, 0.5) // 1
 */
export function cfgPlusPlusToPlain(lambda: number, alphaBar: number, alphaBarNext: number): number {
  checkNumber("lambda", lambda);
  checkNumber("alphaBar", alphaBar, 0, 1);
  checkNumber("alphaBarNext", alphaBarNext, alphaBar, 1);
  const ratio = (value: number): number => Math.sqrt((1 - value) / value);
  return alphaBar === 0 ? lambda : (lambda * ratio(alphaBar)) / (ratio(alphaBar) - ratio(alphaBarNext));
}
