/** The points of the study that ships, by name. */
import {
  CHOSEN_ON,
  chosenRules,
  type PointSettings,
  type RuleSettings,
  type SamplerName,
  type Study,
} from "cfg-lib";

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
const REPAIRED: PointSettings = { ...SEED, weights: "repaired-ema", scale: 1.25 };
const REFINED: PointSettings = { ...SEED, weights: "refined-ema", scale: 1.2 };

/** Scales from no guidance to far too much. */
const SCALES = [0, 0.5, 1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 10, 12];

const scales: PointSettings[] = [
  ...SCALES.map((scale) => ({ ...SEED, scale })),
  ...SCALES.map((scale) => ({ ...REPAIRED, scale })),
];

/** The steps of the repair: the seed's start, its EMA, and the recipes on the way. */
const repair: PointSettings[] = [
  ...[1, 1.25, 1.5, 2, 3, 4].map((scale) => ({ ...SEED, scale, start: "training-end" as const })),
  ...[1.5, 2, 3, 4].flatMap((scale) =>
    (["noise", "training-end"] as const).map((start) => ({ ...SEED, scale, start, weights: "seed-ema" })),
  ),
  ...["zero-snr-decay-ema", "repaired"].flatMap((weights) =>
    [1, 1.25, 1.5, 2].map((scale) => ({ ...REPAIRED, scale, weights })),
  ),
  ...[1, 1.25, 1.5].map((scale) => ({ ...REPAIRED, scale, weights: "zero-snr-spread-ema" })),
];

const STEPS: Record<SamplerName, number[]> = {
  "dpm-solver": [2, 3, 4, 6, 8, 12, 20],
  "sde-dpm-solver": [4, 6, 8, 12, 20],
  unipc: [4, 6, 8, 12, 20],
  ddim: [4, 8, 20],
  ddpm: [],
};

const steps: PointSettings[] = Object.entries(STEPS).flatMap(([sampler, counts]) =>
  counts.flatMap((count) => [
    { ...SEED, sampler: sampler as SamplerName, steps: count, start: "training-end" as const },
    { ...REPAIRED, sampler: sampler as SamplerName, steps: count },
  ]),
);

/** The seed's own way, 300 steps of DDPM, and the fast ones on as many digits. */
const ddpm: PointSettings[] = [
  ...[1, 2, 4].flatMap((scale) => [
    { ...SEED, scale, n: 500, sampler: "ddpm" as const, steps: 300 },
    { ...SEED, scale, n: 500 },
    ...[3, 4, 6, 8].map((count) => ({
      ...{ ...SEED, scale, n: 500, steps: count },
      sampler: "sde-dpm-solver" as const,
    })),
    ...[6, 8].map((count) => ({ ...SEED, scale, n: 500, steps: count, start: "training-end" as const })),
  ]),
  ...[3, 4, 6, 8].map((count) => ({ ...REPAIRED, n: 500, steps: count })),
];

/** The settings that each rule is tried at. */
const TRIED: [RuleSettings, number[]][] = [
  [{ rule: "plain" }, [1, 1.1, 1.15, 1.2, 1.25, 1.3, 1.5]],
  ...[0.3, 0.7, 1].map((phi): [RuleSettings, number[]] => [{ rule: "rescaled", phi }, [1.25, 1.5, 2]]),
  ...[
    [0, 250],
    [0, 200],
    [50, 250],
    [100, 299],
  ].map(([low, high]): [RuleSettings, number[]] => [
    { rule: "interval", low, high },
    [1.25, 1.35, 1.5, 1.75],
  ]),
  ...(["linear", "cosine"] as const).map((ramp): [RuleSettings, number[]] => [
    { rule: "over-time", ramp },
    [1.15, 1.25, 1.5],
  ]),
  ...[10, 5].map((normThreshold): [RuleSettings, number[]] => [
    { rule: "apg", space: "x0", eta: 0, normThreshold, momentum: 0 },
    [1.25, 1.5, 2],
  ]),
  [{ rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: -0.5 }, [1.25, 1.5, 2]],
  [{ rule: "zero-star", zeroInitSteps: 0 }, [1.15, 1.25, 1.5]],
  [{ rule: "zero-star", zeroInitSteps: 1 }, [1.15, 1.25, 1.5]],
  [{ rule: "cfg++" }, [0.4, 0.6, 0.8, 1, 1.2]],
  [{ rule: "autoguidance", guide: "repaired-epoch1" }, [1.15, 1.25, 1.5, 2]],
  ...[1.15, 1.3, 1.5].map((autoScale): [RuleSettings, number[]] => [
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
    both.flatMap((found) => [
      { ...REPAIRED, n },
      { ...found, n },
      { ...found, n, sampler: "unipc" as const },
    ]),
  );
}

/** Settings tried with the refined recipe: sampler, scale, and autoguidance beside plain guidance. */
const refined: PointSettings[] = [
  ...(["dpm-solver", "unipc"] as const).flatMap((sampler) =>
    [1.05, 1.1, 1.15, 1.2, 1.25].map((scale) => ({ ...REFINED, ...{ sampler, scale } })),
  ),
  ...[1.15, 1.3].flatMap((autoScale) =>
    [1.05, 1.1, 1.15, 1.2].map((scale) => ({
      ...{ ...REFINED, sampler: "unipc" as const, scale },
      rule: { rule: "with-autoguidance" as const, guide: "refined-epoch1", autoScale },
    })),
  ),
].map((tried) => ({ ...tried, ...CHOSEN_ON, weights: REFINED.weights }));

/** Sets of 500 digits whose mean distance is less a matter of luck than that of one. */
const TEN_SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/**
 * The refined recipe over w, and how near the settings that `refined` found come to real digits; beside them a little more
 * guidance.
 */
function refinedBest(study: Study): PointSettings[] {
  const chosen = chosenRules(study, REFINED.weights);
  const close = [...chosen, { ...REFINED, sampler: "unipc" as const, scale: 1.2 }];
  return [
    ...[1, 1.1, 1.25, 1.5, 2].map((scale) => ({ ...REFINED, scale })),
    ...chosen,
    ...close.flatMap((found) => TEN_SEEDS.map((seed) => ({ ...found, n: 500, seed }))),
    ...close.map((found) => ({ ...found, n: 5000 })),
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
