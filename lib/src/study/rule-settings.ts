/** Guidance rules as plain settings, for files and command lines: a study says which rule made each of its points. */
import { type Field, fieldProblem, type Fields, finite, oneOf, optional, text } from "../fields";
import { apg, type ApgOptions } from "../guidance/apg";
import { autoguidance, withAutoguidance } from "../guidance/autoguidance";
import { cfgPlusPlus } from "../guidance/cfg-plus-plus";
import { cfgZeroStar } from "../guidance/cfg-zero-star";
import { inSpace } from "../guidance/in-space";
import { plain } from "../guidance/plain";
import { rescaled } from "../guidance/rescaled";
import type { GuidanceRule } from "../guidance/rule";
import { cosineRamp, limitedInterval, linearRamp, scaleOverTime } from "../guidance/scale-over-time";
import type { Model } from "../model";
import { shown } from "../validate";

/** A rule and its settings. */
export type RuleSettings =
  | { rule: "plain" }
  | { rule: "rescaled"; phi: number }
  | { rule: "interval"; low: number; high: number }
  | { rule: "over-time"; ramp: "linear" | "cosine" }
  | ({ rule: "apg"; space: "noise" | "v" | "x0" } & ApgOptions)
  | { rule: "zero-star"; zeroInitSteps: number }
  | { rule: "cfg++" }
  | { rule: "autoguidance"; guide: string; low?: number; high?: number }
  | { rule: "with-autoguidance"; guide: string; autoScale: number };

const WEIGHTS: Field = { ...text, allowed: "the name of weights" };

/** The settings that each rule has. */
const SETTINGS: Record<RuleSettings["rule"], Fields> = {
  plain: {},
  rescaled: { phi: finite },
  interval: { low: finite, high: finite },
  "over-time": { ramp: oneOf("linear", "cosine") },
  apg: {
    space: oneOf("noise", "v", "x0"),
    eta: optional(finite),
    normThreshold: optional(finite),
    momentum: optional(finite),
  },
  "zero-star": { zeroInitSteps: finite },
  "cfg++": {},
  autoguidance: { guide: WEIGHTS, low: optional(finite), high: optional(finite) },
  "with-autoguidance": { guide: WEIGHTS, autoScale: finite },
};

/** The names of the rules. */
export const RULE_NAMES = Object.keys(SETTINGS) as readonly RuleSettings["rule"][];

/** Throws unless the rule is one of ours, with the settings that it has: one misspelt would change nothing and stand in a study. */
function checkSettings({ rule, ...settings }: { rule: unknown; [setting: string]: unknown }): void {
  if (!RULE_NAMES.includes(rule as RuleSettings["rule"]))
    throw new RangeError(`the rule is ${shown(rule)}; there are ${RULE_NAMES.join(", ")}.`);
  const problem = fieldProblem(settings, SETTINGS[rule as RuleSettings["rule"]]);
  if (problem !== undefined) throw new RangeError(`the rule ${String(rule)}: ${problem}.`);
}

/**
 * The rule of these settings.
 * @param modelOf loads other weights by name: autoguidance's weaker network
 * @throws RangeError when the rule is unknown or a setting is out of range
 * @example
 * cfg.ruleOf({ rule: "rescaled", phi: 0.7 }).name // "rescaled, phi 0.7"
 */
export function ruleOf(settings: RuleSettings, modelOf?: (weights: string) => Model): GuidanceRule {
  checkSettings({ ...settings });
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
      const rule = autoguidance(modelOf?.(settings.guide));
      const { low, high } = settings;
      if (low === undefined && high === undefined) return rule;
      return limitedInterval({ low, high: high ?? Number.MAX_SAFE_INTEGER, rule });
    }
    case "with-autoguidance":
      return withAutoguidance(modelOf?.(settings.guide), { autoScale: settings.autoScale });
  }
}
