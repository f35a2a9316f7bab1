/** Autoguidance (Karras et al., "Guiding a Diffusion Model with a Bad Version of Itself", arXiv 2406.02507). */
import { guide } from "./plain";
import type { OnePredictionRule } from "./rule";

/**
 * weak + w (strong - weak), both with the label: away from what a worse network would draw, instead of away
 * from what no label would. The paper's scale is this course's w. Works on the networks' outputs, so both must predict
 * the same thing on the same schedule.
 * @param weak a worse version of the network, such as an early checkpoint of the same run
 */
export function autoguidance(weak: OnePredictionRule["weak"]): OnePredictionRule {
  if (typeof weak !== "function")
    throw new TypeError(
      "autoguidance needs the weaker network's predict function, such as loadModel(...).predict.",
    );
  return {
    name: "autoguidance",
    onePassAt: [0, 1],
    weak,
    combine: (u, c, { scales }) => guide(u, c, scales),
  };
}
