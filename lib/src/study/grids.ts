/** The points of the study that ships, by name. */
import { CHOSEN_ON, chosenRules } from "./choose";
import type { RuleSettings } from "./rule-settings";
import type { SamplerName } from "./sampler-names";
import type { PointSettings, Study } from "./study";

const SEED: PointSettings = {
  weights: "seed",
  rule: { rule: "plain" },
  sampler: "dpm-solver",
  steps: 8,
  scale: 2,
  n: 1000,
  seed: 0,
  start: "noise",
};
/** What an option of the command that is not given stands for. */
export const FIRST: PointSettings = SEED;
const FROM_TRAINING_END: PointSettings = { ...SEED, start: "training-end" };
const REPAIRED: PointSettings = { ...SEED, weights: "repaired-ema", scale: 1.25 };
const REFINED: PointSettings = { ...SEED, weights: "refined-ema", scale: 1.2 };

/** Scales from no guidance to far too much. */
const SCALES = [0, 0.5, 1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 10, 12];

const scales: PointSettings[] = [
  ...SCALES.map((scale) => ({ ...SEED, scale })),
  ...SCALES.map((scale) => ({ ...REPAIRED, scale })),
];

/** A step of the repair: the seed's start. The others were measured with weights that do not ship (`NOT_SHIPPED`). */
const repair: PointSettings[] = [1, 1.25, 1.5, 2, 3, 4].map((scale) => ({ ...FROM_TRAINING_END, scale }));

/** Samplers over the number of steps; one that is not here has no such curve. */
const STEPS: Partial<Record<SamplerName, number[]>> = {
  "dpm-solver": [2, 3, 4, 6, 8, 12, 20],
  "sde-dpm-solver": [4, 6, 8, 12, 20],
  unipc: [4, 6, 8, 12, 20],
  ddim: [4, 8, 20],
};

const steps: PointSettings[] = (Object.keys(STEPS) as SamplerName[]).flatMap((sampler) =>
  STEPS[sampler]!.flatMap((count) => [
    { ...FROM_TRAINING_END, sampler, steps: count },
    { ...REPAIRED, sampler, steps: count },
  ]),
);

const DDPM: PointSettings = { ...SEED, n: 500, sampler: "ddpm", steps: 300 };
const SDE: PointSettings = { ...SEED, n: 500, sampler: "sde-dpm-solver" };

/** The seed's own way, 300 steps of DDPM, and the fast ones on as many digits. */
const ddpm: PointSettings[] = [
  ...[1, 2, 4].flatMap((scale) => [
    { ...DDPM, scale },
    { ...SEED, scale, n: 500 },
    ...[3, 4, 6, 8].map((count) => ({ ...SDE, scale, steps: count })),
    ...[6, 8].map((count) => ({ ...FROM_TRAINING_END, scale, n: 500, steps: count })),
  ]),
  ...[3, 4, 6, 8].map((count) => ({ ...REPAIRED, n: 500, steps: count })),
];

/** A rule, and the scales that it is tried at. */
type Trial = [rule: RuleSettings, scales: number[]];

/** The settings that each rule is tried at. */
const TRIED: Trial[] = [
  [{ rule: "plain" }, [1, 1.1, 1.15, 1.2, 1.25, 1.3, 1.5]],
  ...[0.3, 0.7, 1].map((phi): Trial => [{ rule: "rescaled", phi }, [1.25, 1.5, 2]]),
  ...[
    [0, 250],
    [0, 200],
    [50, 250],
    [100, 299],
  ].map(([low, high]): Trial => [{ rule: "interval", low, high }, [1.25, 1.35, 1.5, 1.75]]),
  [{ rule: "over-time", ramp: "linear" }, [1.15, 1.25, 1.5]],
  [{ rule: "over-time", ramp: "cosine" }, [1.15, 1.25, 1.5]],
  ...[10, 5].map((normThreshold): Trial => [
    { rule: "apg", space: "x0", eta: 0, normThreshold, momentum: 0 },
    [1.25, 1.5, 2],
  ]),
  [{ rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: -0.5 }, [1.25, 1.5, 2]],
  [{ rule: "zero-star", zeroInitSteps: 0 }, [1.15, 1.25, 1.5]],
  [{ rule: "zero-star", zeroInitSteps: 1 }, [1.15, 1.25, 1.5]],
  [{ rule: "cfg++" }, [0.4, 0.6, 0.8, 1, 1.2]],
  [{ rule: "autoguidance", guide: "repaired-epoch1" }, [1.15, 1.25, 1.5, 2]],
  ...[1.15, 1.3, 1.5].map((autoScale): Trial => [
    { rule: "with-autoguidance", guide: "repaired-epoch1", autoScale },
    [1.1, 1.15, 1.2, 1.25],
  ]),
];

/** What the rules do about a scale that is too large. */
const AT_4: RuleSettings[] = [
  { rule: "plain" },
  { rule: "rescaled", phi: 0.7 },
  { rule: "interval", low: 0, high: 200 },
  { rule: "interval", low: 100, high: 299 },
  { rule: "over-time", ramp: "linear" },
  { rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: 0 },
  { rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: -0.5 },
  { rule: "zero-star", zeroInitSteps: 0 },
  { rule: "autoguidance", guide: "repaired-epoch1" },
];

const choose: PointSettings[] = [
  ...TRIED.flatMap(([rule, tried]) => tried.map((scale) => ({ rule, scale }))),
  ...AT_4.map((rule) => ({ rule, scale: 4 })),
].map((tried) => ({ ...REPAIRED, ...CHOSEN_ON, ...tried }));

/** Curves of as many digits as a live point in a lesson has. */
const small: PointSettings[] = scales.map((point) => ({ ...point, n: 100 }));

/**
 * How near the best come to real digits: plain guidance, autoguidance beside it at the settings that `choose` found, and
 * UniPC in place of DPM-Solver++.
 */
function best(study: Study): PointSettings[] {
  const both = chosenRules(study).filter(({ rule }) => rule.rule === "with-autoguidance");
  return [500, 1000, 5000].flatMap((n) =>
    both.flatMap((chosen): PointSettings[] => [
      { ...REPAIRED, n },
      { ...chosen, n },
      { ...chosen, n, sampler: "unipc" },
    ]),
  );
}

const REFINED_BY_UNIPC: PointSettings = { ...REFINED, sampler: "unipc" };

/** Settings tried with the refined recipe: sampler and scale. (Autoguidance beside it: `NOT_SHIPPED`.) */
const refined: PointSettings[] = [REFINED, REFINED_BY_UNIPC]
  .flatMap((point) => [1.05, 1.1, 1.15, 1.2, 1.25].map((scale) => ({ ...point, scale })))
  .map((point) => ({ ...point, ...CHOSEN_ON, weights: REFINED.weights }));

/** Sets of 500 digits whose mean distance is less a matter of luck than that of one. */
const TEN_SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/**
 * The refined recipe over w, and how near the settings that `refined` found come to real digits; beside them a little more
 * guidance.
 */
function refinedBest(study: Study): PointSettings[] {
  const chosen = chosenRules(study, REFINED.weights);
  const close = [...chosen, { ...REFINED_BY_UNIPC, scale: 1.2 }];
  return [
    ...[1, 1.1, 1.25, 1.5, 2].map((scale) => ({ ...REFINED, scale })),
    ...chosen,
    ...close.flatMap((point) => TEN_SEEDS.map((seed) => ({ ...point, n: 500, seed }))),
    ...close.map((point) => ({ ...point, n: 5000 })),
  ];
}

/** What `npm run sweep -- --grid NAME` computes. */
export const GRIDS: Record<string, (study: Study) => PointSettings[]> = {
  choose: () => choose,
  /** The rules at the settings that `choose` found. */
  rules: chosenRules,
  scales: () => scales,
  small: () => small,
  repair: () => repair,
  steps: () => steps,
  best,
  refined: () => refined,
  "refined-best": refinedBest,
  ddpm: () => ddpm,
};
