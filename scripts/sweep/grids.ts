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

/** Scales from no guidance to far too much. */
const SCALES = [0, 0.5, 1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 10, 12];

const scales: PointSettings[] = [
  ...SCALES.map((scale) => ({ ...SEED, scale })),
  ...SCALES.map((scale) => ({ ...REPAIRED, scale })),
];

/** The steps of the repair: the seed's start, its EMA, and the recipes on the way. */
const repair: PointSettings[] = [
  ...[1, 1.25, 1.5, 2, 3, 4].map((scale) => ({ ...SEED, scale, start: "training-end" as const })),
  ...[1.5, 2, 3, 4, 6].flatMap((scale) =>
    (["noise", "training-end"] as const).map((start) => ({ ...SEED, scale, start, weights: "seed-ema" })),
  ),
  ...["zero-snr-decay-ema", "zero-snr-small-ema", "repaired"].flatMap((weights) =>
    [1, 1.1, 1.25, 1.5, 2].map((scale) => ({ ...REPAIRED, scale, weights })),
  ),
];

const STEPS: Record<SamplerName, number[]> = {
  "dpm-solver": [2, 3, 4, 6, 8, 12, 20],
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
    ...[6, 8].map((count) => ({ ...SEED, scale, n: 500, steps: count, start: "training-end" as const })),
  ]),
  ...[3, 4, 6, 8].map((count) => ({ ...REPAIRED, n: 500, steps: count })),
];

/** The settings that each rule is tried at; w = 4 is too much for all, and shows what a rule does about it. */
const TRIED: [RuleSettings, number[]][] = [
  [{ rule: "plain" }, [1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.5, 4]],
  ...[0.3, 0.7, 1].map((phi): [RuleSettings, number[]] => [{ rule: "rescaled", phi }, [1.1, 1.25, 4]]),
  ...[
    [0, 250],
    [0, 200],
    [50, 250],
    [100, 299],
  ].map(([low, high]): [RuleSettings, number[]] => [{ rule: "interval", low, high }, [1.15, 1.25, 1.5, 4]]),
  ...(["linear", "cosine"] as const).map((ramp): [RuleSettings, number[]] => [
    { rule: "over-time", ramp },
    [1.15, 1.3, 4],
  ]),
  ...[10, 5].map((normThreshold): [RuleSettings, number[]] => [
    { rule: "apg", space: "x0", eta: 0, normThreshold, momentum: 0 },
    [1.1, 1.25, 4],
  ]),
  [{ rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: -0.5 }, [1.1, 1.25, 4]],
  [{ rule: "zero-star", zeroInitSteps: 0 }, [1.1, 1.25, 4]],
  [{ rule: "zero-star", zeroInitSteps: 1 }, [1.1, 1.25, 4]],
  [{ rule: "cfg++" }, [0.4, 0.5, 0.6, 0.7, 1.2]],
  [{ rule: "autoguidance", guide: "repaired-epoch1" }, [1.15, 1.25, 1.5, 2, 4]],
];

const choose: PointSettings[] = TRIED.flatMap(([rule, tried]) =>
  tried.map((scale) => ({ ...REPAIRED, ...CHOSEN_ON, rule, scale })),
);

/** Curves of as many digits as a live point in a lesson has. */
const small: PointSettings[] = scales.map((point) => ({ ...point, n: 100 }));

/** Many digits, at the best scale. */
const large: PointSettings[] = [{ ...REPAIRED, n: 5000 }];

/** What `npm run sweep -- --grid NAME` computes. */
export const GRIDS: Record<string, (study: Study) => PointSettings[]> = {
  choose: () => choose,
  /** The rules at the settings that `choose` found. */
  rules: chosenRules,
  scales: () => scales,
  small: () => small,
  repair: () => repair,
  steps: () => steps,
  large: () => large,
  ddpm: () => ddpm,
};
