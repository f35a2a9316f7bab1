/** Guidance rules as plain settings, for files and command lines: a study says which rule made each of its points. */
import { apg, type ApgOptions } from "./apg";
import { autoguidance } from "./autoguidance";
import { cfgPlusPlus } from "./cfg-plus-plus";
import { cfgZeroStar } from "./cfg-zero-star";
import { inSpace } from "./in-space";
import { plain } from "./plain";
import { rescaled } from "./rescaled";
import type { GuidanceRule, OnePredictionRule } from "./rule";
import { cosineRamp, limitedInterval, linearRamp, scaleOverTime } from "./scale-over-time";

/** A rule and its settings. */
export type RuleSettings =
  | { rule: "plain" }
  | { rule: "rescaled"; phi: number }
  | { rule: "interval"; low: number; high: number }
  | { rule: "over-time"; ramp: "linear" | "cosine" }
  | ({ rule: "apg"; space: "noise" | "v" | "x0" } & ApgOptions)
  | { rule: "zero-star"; zeroInitSteps: number }
  | { rule: "cfg++" }
  | { rule: "autoguidance"; guide: string; low?: number; high?: number };

/** The names of the rules. */
export const RULE_NAMES: readonly RuleSettings["rule"][] = [
  ...(["plain", "rescaled", "interval", "over-time", "apg", "zero-star", "cfg++", "autoguidance"] as const),
];

/**
 * The rule of these settings.
 * @param predictOf loads the predict function of other weights by name: autoguidance's weaker network
 * @throws RangeError when the rule is unknown or a setting is out of range
 */
export function ruleOf(
  settings: RuleSettings,
  predictOf?: (weights: string) => OnePredictionRule["weak"],
): GuidanceRule {
  switch (settings.rule) {
    case "plain":
      return plain;
    case "rescaled":
      return rescaled(settings);
    case "interval":
      return limitedInterval({ low: settings.low, high: settings.high });
    case "over-time":
      return scaleOverTime({ ramp: settings.ramp === "cosine" ? cosineRamp : linearRamp });
    case "apg":
      return inSpace(settings.space, apg(settings));
    case "zero-star":
      return cfgZeroStar(settings);
    case "cfg++":
      return cfgPlusPlus;
    case "autoguidance": {
      const rule = autoguidance(predictOf?.(settings.guide));
      const { low = 0, high } = settings;
      return high === undefined ? rule : limitedInterval({ low, high, rule });
    }
    default:
      throw new RangeError(
        `the rule is ${JSON.stringify((settings as { rule: unknown }).rule)}; there are ${RULE_NAMES.join(", ")}.`,
      );
  }
}
