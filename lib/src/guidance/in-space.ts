/** A rule applied to another view of the predictions: to clean images, to the noise, or to v. */
import { convertPrediction, type View } from "../prediction";
import type { OnePredictionRule } from "./rule";

/**
 * The rule with both predictions turned into `space` before and its answer turned back after. Plain guidance is the same
 * in every space, since the three are linear in each other; rules that measure lengths or angles are not.
 * @example
 * cfg.inSpace("x0", cfg.plain).name // "plain on x0"
 */
export function inSpace(space: View, rule: OnePredictionRule): OnePredictionRule {
  return {
    ...rule,
    name: `${rule.name} on ${space}`,
    combine(u, c, context) {
      const there = (value: typeof u): typeof u => convertPrediction(value, context.predicts, space, context);
      const third = context.third && there(context.third);
      const answer = rule.combine(there(u), there(c), { ...context, third });
      return convertPrediction(answer, space, context.predicts, context);
    },
  };
}
