/** Autoguidance (Karras et al., "Guiding a Diffusion Model with a Bad Version of Itself", arXiv 2406.02507). */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../model";
import { checkNumber } from "../validate";
import { guide, plain } from "./plain";
import type { OnePredictionRule } from "./rule";

/**
 * weak + w (strong - weak), both with the label: away from what a worse network would draw, instead of away
 * from what no label would. The paper's scale is this course's w. Works on the networks' outputs, so both must predict
 * the same thing on the same schedule.
 * @param weak a worse version of the network, such as an early checkpoint of the same run
 * @example
 * const rule = cfg.autoguidance(cfg.loadModel("repaired-epoch1"));
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 2, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function autoguidance(weak: Model<unknown> | undefined): OnePredictionRule {
  checkWeak(weak);
  return {
    name: "autoguidance",
    onePassAt: [0, 1],
    weak,
    combine: (u, c, { guidanceScale }) => guide(u, c, guidanceScale),
  };
}

/**
 * Another rule and autoguidance at once: what the rule makes of u and c, plus (autoScale - 1) (strong - weak), both with
 * the label. The rule's scale is w; w = 1 with autoScale > 1 is autoguidance alone. Three passes in place of two. The
 * combination is this course's own.
 * @param weak a worse version of the network
 * @param autoScale the paper's scale: 1 leaves autoguidance out
 * @example
 * const rule = cfg.withAutoguidance(cfg.loadModel("repaired-epoch1"), { autoScale: 1.3 });
 * cfg.sampleAll(model, { labels: [3], guidanceScale: 1.25, rule, sampler: cfg.dpmSolver, steps: 4 }).shape // [1, 32, 32, 1]
 */
export function withAutoguidance(
  weak: Model<unknown> | undefined,
  { autoScale, rule = plain }: { autoScale: number; rule?: OnePredictionRule },
): OnePredictionRule {
  checkWeak(weak);
  checkNumber("autoScale", autoScale);
  if (rule.third)
    throw new RangeError(`the rule ${rule.name} asks a weaker network already; a rule can ask one.`);
  return {
    ...rule,
    name: `${rule.name} with autoguidance`,
    onePassAt: [],
    third: weak,
    combine: (u, c, context) =>
      tf.add(rule.combine(u, c, context), tf.mul(tf.sub(c, context.third!), autoScale - 1)),
  };
}

function checkWeak(weak: Model<unknown> | undefined): asserts weak is Model<unknown> {
  if (typeof (weak as Model | undefined)?.predict !== "function")
    throw new TypeError("autoguidance needs a weaker model, such as loadModel(...).");
}
