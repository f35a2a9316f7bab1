/** Choosing a rule's settings on some digits, to score them on others. */
import type { RuleSettings } from "./rule-settings";
import { pointsOf, type Point, type PointSettings, type Study } from "./study";

/** Settings are chosen on these digits ... */
export const CHOSEN_ON: Pick<PointSettings, "weights" | "n" | "seed"> = {
  weights: "repaired-ema",
  n: 500,
  seed: 1000,
};
/** ... and scored on these: the best of many tries on the same digits would look better than it is. */
export const SCORED_ON: Pick<PointSettings, "weights" | "n" | "seed"> = {
  weights: "repaired-ema",
  n: 1000,
  seed: 0,
};
/** A rule must get at least this share right to be chosen for its distance. */
const LEAST_ACCURACY = 0.99;

/** For each rule that was tried with these weights, the point with the smallest distance among the accurate ones. */
export function bestOfEachRule(study: Study, weights: string = CHOSEN_ON.weights): Point[] {
  const best = new Map<RuleSettings["rule"], Point>();
  for (const point of pointsOf(study, { ...CHOSEN_ON, weights })) {
    const { rule } = point.settings.rule;
    const leader = best.get(rule);
    if (!leader || isBetter(point, leader)) best.set(rule, point);
  }
  return [...best.values()];
}

function isBetter({ score }: Point, { score: leader }: Point): boolean {
  const [accurate, leaderAccurate] = [score, leader].map(({ accuracy }) => accuracy.value >= LEAST_ACCURACY);
  if (accurate !== leaderAccurate) return accurate;
  if (!accurate) return score.accuracy.value > leader.accuracy.value;
  return score.frechet.value < leader.frechet.value;
}

/**
 * The settings that `bestOfEachRule` chose, on the digits that they are scored on.
 * @example cfg.chosenRules(cfg.shippedStudy()).length // 9
 */
export function chosenRules(study: Study, weights: string = SCORED_ON.weights): PointSettings[] {
  return bestOfEachRule(study, weights).map(({ settings }) => ({ ...settings, ...SCORED_ON, weights }));
}
