/** Guidance rules as plain settings, for files and command lines: a study says which rule made each of its points. */
import { apg, type ApgOptions } from "./apg";
import { autoguidance, withAutoguidance } from "./autoguidance";
import { cfgPlusPlus } from "./cfg-plus-plus";
import { cfgZeroStar } from "./cfg-zero-star";
import { inSpace } from "./in-space";
import { plain } from "./plain";
import { rescaled } from "./rescaled";
import type { Predict } from "../prediction";
import type { GuidanceRule } from "./rule";
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
  | { rule: "autoguidance"; guide: string; low?: number; high?: number }
  | { rule: "with-autoguidance"; guide: string; autoScale: number };

/** The names of the rules. */
export const RULE_NAMES: readonly RuleSettings["rule"][] = [
  ...(["plain", "rescaled", "interval", "over-time", "apg", "zero-star", "cfg++"] as const),
  ...(["autoguidance", "with-autoguidance"] as const),
];

/** What a rule's setting may be. */
type Allowed = [words: string, isAllowed: (value: unknown) => boolean];
const NUMBER: Allowed = ["a number", (value) => typeof value === "number" && Number.isFinite(value)];
const TEXT: Allowed = ["the name of weights", (value) => typeof value === "string"];
const oneOf = (...names: string[]): Allowed => [
  `one of ${names.join(", ")}`,
  (value) => names.includes(value as string),
];

/** The settings of each rule; those with a question mark may be left out. */
const SETTINGS: Record<RuleSettings["rule"], Record<string, Allowed>> = {
  plain: {},
  rescaled: { phi: NUMBER },
  interval: { low: NUMBER, high: NUMBER },
  "over-time": { ramp: oneOf("linear", "cosine") },
  apg: {
    space: oneOf("noise", "v", "x0"),
    "eta?": NUMBER,
    "normThreshold?": NUMBER,
    "momentum?": NUMBER,
  },
  "zero-star": { zeroInitSteps: NUMBER },
  "cfg++": {},
  autoguidance: { guide: TEXT, "low?": NUMBER, "high?": NUMBER },
  "with-autoguidance": { guide: TEXT, autoScale: NUMBER },
};

/** Throws unless the rule is known, and its settings are those it has: one misspelt would change nothing and stand in a study. */
function checkSettings({ rule, ...settings }: { rule: unknown; [setting: string]: unknown }): void {
  if (!RULE_NAMES.includes(rule as RuleSettings["rule"]))
    throw new RangeError(`the rule is ${JSON.stringify(rule)}; there are ${RULE_NAMES.join(", ")}.`);
  const known = Object.entries(SETTINGS[rule as RuleSettings["rule"]]);
  for (const [name, [words, isAllowed]] of known) {
    const [setting, isOptional] = [name.replace("?", ""), name.endsWith("?")];
    if (isOptional && settings[setting] === undefined) continue;
    if (!isAllowed(settings[setting]))
      throw new RangeError(
        `the rule ${String(rule)} has ${setting} ${JSON.stringify(settings[setting])}; it must be ${words}.`,
      );
  }
  const names = known.map(([name]) => name.replace("?", ""));
  const unknown = Object.keys(settings).find((setting) => !names.includes(setting));
  if (unknown !== undefined)
    throw new RangeError(
      `the rule ${String(rule)} has no setting ${unknown}; it has ${names.join(", ") || "none"}.`,
    );
}

/**
 * The rule of these settings.
 * @param predictOf loads the predict function of other weights by name: autoguidance's weaker network
 * @throws RangeError when the rule is unknown or a setting is out of range
 */
export function ruleOf(settings: RuleSettings, predictOf?: (weights: string) => Predict): GuidanceRule {
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
      const rule = autoguidance(predictOf?.(settings.guide));
      const { low, high } = settings;
      if (low === undefined && high === undefined) return rule;
      return limitedInterval({ low, high: high ?? Number.MAX_SAFE_INTEGER, rule });
    }
    case "with-autoguidance":
      return withAutoguidance(predictOf?.(settings.guide), { autoScale: settings.autoScale });
  }
}
