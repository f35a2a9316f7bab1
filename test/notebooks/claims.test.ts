/** The numbers in the notebooks' sentences are those of the study that ships. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { bestOfEachRule } from "cfg-lib/dist/study/choose";
import {
  CHOSEN_ON,
  chosenRules,
  findPoint,
  floorIn,
  type Measured,
  measuredText,
  type Point,
  type PointSettings,
  pointsOf,
  type SamplerName,
  type RuleSettings,
  type Score,
  shippedFile,
  shippedStudy,
} from "cfg-lib";
import { DEFAULT_STEPS } from "cfg-lib/dist/study/sampler-names";
import type { Interval } from "cfg-lib/dist/measures/intervals";
import { courseNotebooks, readNotebook, ROOT, textOf } from "../../scripts/notebooks/notebook-file";

const study = shippedStudy();
const PLAIN: PointSettings = {
  weights: "seed",
  rule: { rule: "plain" },
  sampler: "dpm-solver",
  steps: 8,
  scale: 2,
  n: 1000,
  seed: 0,
  start: "noise",
};

function point(settings: Partial<PointSettings>): Point {
  const computed = findPoint(study, { ...PLAIN, ...settings });
  assert.ok(computed, `the study has no point ${JSON.stringify(settings)}`);
  return computed;
}

const two = ({ value }: Measured): string => value.toFixed(2);
const percent = ({ value }: Measured): string => `${(100 * value).toFixed(1)} %`;
const right = (settings: Partial<PointSettings>): string => percent(point(settings).score.accuracy);
const distance = (settings: Partial<PointSettings>): string => point(settings).score.frechet.value.toFixed(1);
/** Whether two values differ by more than the 95% interval of their difference. */
const differ = (a: Interval, b: Interval): boolean =>
  Math.abs(a.value - b.value) > Math.hypot(a.high - a.value, b.high - b.value);
const overlap = (a: Interval, b: Interval): boolean => a.low <= b.high && b.low <= a.high;

/** A measure that must have an interval. */
function withInterval({ value, low, high }: Measured): Interval {
  assert.ok(low !== undefined && high !== undefined, `the value ${value} has no interval`);
  return { value, low, high };
}

/** The point with the smallest distance of a curve over w. */
function nearest(settings: Partial<PointSettings>): Point {
  const { scale: _, ...common } = { ...PLAIN, ...settings };
  return pointsOf(study, common).reduce((best, other) =>
    other.score.frechet.value < best.score.frechet.value ? other : best,
  );
}

const bestW = (settings: Partial<PointSettings>): string => String(nearest(settings).settings.scale);
const least = (settings: Partial<PointSettings>): string => nearest(settings).score.frechet.value.toFixed(1);
const floor = (n: number): string => floorIn(study, n).frechet.value.toFixed(1);
const board = chosenRules(study)
  .map((settings) => findPoint(study, settings)!)
  .sort((a, b) => a.score.frechet.value - b.score.frechet.value);
const nameOf = ({ settings: { rule } }: Point): string =>
  rule.rule === "with-autoguidance" ? "plain with autoguidance" : rule.rule;
const plainOnBoard = board.find(({ settings }) => settings.rule.rule === "plain")!;

const REPAIRED = { weights: "repaired-ema" };
const START = { start: "training-end" } as const;
const inSteps = (steps: number): Partial<PointSettings> => ({ ...REPAIRED, scale: 1.25, steps });
const startIn = (steps: number): Partial<PointSettings> => ({ ...START, steps });
const repairedIn = (steps: number): string => distance(inSteps(steps));
const uniPcIn = (steps: number): string => distance({ ...inSteps(steps), sampler: "unipc" });
const BATCH_128 = { weights: "zero-snr-decay-ema" };
const SPREAD = { weights: "zero-snr-spread-ema" };
const lastEpoch = (log: string): string =>
  (JSON.parse(readFileSync(shippedFile(log), "utf8")) as { epochMeans: number[] }).epochMeans[4].toFixed(4);
const recall = (settings: Partial<PointSettings>): string => two(point(settings).score.recall);
const precision = (settings: Partial<PointSettings>): string => two(point(settings).score.precision);
const repairedAt = (scale: number): Score => point({ ...REPAIRED, scale }).score;
const fromTraining = (score: Score): string => score.nearest!.value.toFixed(3);
const BEST = point({
  ...chosenRules(study).find(({ rule }) => rule.rule === "with-autoguidance")!,
  sampler: "unipc",
  n: 5000,
});
const APG = { rule: "apg", space: "x0", eta: 0, normThreshold: 10 } as const;
const at4 = (rule: PointSettings["rule"]): string => distance({ ...CHOSEN_ON, rule, scale: 4 });
const REFINED = { weights: "refined-ema", sampler: "unipc" } as const;
/** The mean over ten sets of 500 digits. */
function ofTenSets(scale: number, what: (score: Score) => number): number {
  const sets = Array.from({ length: 10 }, (_, seed) => point({ ...REFINED, scale, n: 500, seed }).score);
  return sets.reduce((sum, score) => sum + what(score) / 10, 0);
}
const tenDistances = (scale: number): string => ofTenSets(scale, ({ frechet }) => frechet.value).toFixed(1);
const tenRight = (scale: number): string =>
  `${(100 * ofTenSets(scale, ({ accuracy }) => accuracy.value)).toFixed(1)} %`;
/** The scale of the repaired recipe with the smallest distance. */
const BEST_W = nearest(REPAIRED).settings.scale;
const DDPM = { sampler: "ddpm", steps: 300, n: 500 } as const;
const sdeIn = (steps: number): Partial<PointSettings> => ({ sampler: "sde-dpm-solver", steps, n: 500 });
/** The distances in 4, 6, 8 and 20 steps. */
const inTurn = (settings: Partial<PointSettings>, sampler: SamplerName): string =>
  [4, 6, 8, 20].map((steps) => distance({ ...settings, sampler, steps })).join(", ");
const recallsFrom = (sampler: SamplerName): string =>
  [20, 4].map((steps) => recall({ ...inSteps(steps), sampler })).join(" to ");

/** The page beside the study: what the notebooks leave out. */
const STUDY_PAGE = "lib/results/README.md";

/** A row of the study page's table of 500 digits of the original recipe. */
function originalRow({ settings: { scale, sampler, steps, start }, score }: Point): string {
  const { accuracy, frechet } = score;
  const measures = [measuredText(accuracy, { percent: true }), measuredText(frechet), two(score.recall)];
  return `| ${[scale, sampler, steps, start, ...measures].join(" | ")} |`;
}

/** A row of notebook 09's folded table: a recipe at the scale with the smallest distance. */
function recipeRow(name: string, settings: Partial<PointSettings>): string {
  const best = nearest(settings);
  const { accuracy, frechet, recall } = best.score;
  const right = measuredText(accuracy, { percent: true });
  return `| ${name} | ${best.settings.scale} | ${right} | ${measuredText(frechet)} | ${two(recall)} |`;
}

const NAMES_ON_BOARD: Partial<Record<RuleSettings["rule"], string>> = {
  "zero-star": "CFG-Zero\\*",
  "over-time": "ramp",
  apg: "APG",
  "cfg++": "CFG++",
  "with-autoguidance": "plain with autoguidance",
};

/** A row of notebook 10's folded table: a rule's chosen settings, and what the board leaves out. */
function boardRow({ settings: { rule: chosen }, score }: Point): string {
  const { rule, ...settings } = chosen;
  const values = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const tried = pointsOf(study, CHOSEN_ON).filter((one) => one.settings.rule.rule === rule);
  const [precision, recall] = [score.precision, score.recall].map(({ value }) => value.toFixed(3));
  const name = NAMES_ON_BOARD[rule] ?? rule;
  return `| ${name} | ${values.join(", ") || "-"} | ${precision} | ${recall} | ${tried.length} |`;
}

const REAL_1000 = floorIn(study, 1000);
const CHOSEN_REFINED = chosenRules(study, "refined-ema").find(
  ({ rule }) => rule.rule === "with-autoguidance",
)!;
const refined5000 = (settings: Partial<PointSettings>): Score =>
  point({ ...REFINED, n: 5000, ...settings }).score;

/** Sentences that must stand in a notebook or on the study's page, as the study has them. */
const SENTENCES: Record<string, string[]> = {
  [STUDY_PAGE]: [
    pointsOf(study, { weights: "seed", n: 500 }).map(originalRow).join("\n"),
    `At w = 2 the recall is a little lower in 4 steps with fresh noise than in DDPM's 300: ${recall(sdeIn(4))} against ` +
      `${recall(DDPM)}.`,
    `from there, 8 steps of DPM-Solver++ get ${right({ ...START, n: 500 })} right at ${distance({ ...START, n: 500 })}. But at ` +
      `w = 1, where no guidance covers for what is left, their distance is ${distance({ ...START, n: 500, scale: 1 })}; DDPM's ` +
      `is ${distance({ ...DDPM, scale: 1 })}, and that of 4 steps with fresh noise ${distance({ ...sdeIn(4), scale: 1 })}. At ` +
      `w = 4, where it does, those that start where training ended come nearest, with ` +
      `${distance({ ...START, n: 500, scale: 4 })} in 8 steps.`,
    `DDIM gets ${right({ ...START, sampler: "ddim" })} right with 8 steps, at a distance of ` +
      `${distance({ ...START, sampler: "ddim" })}.`,
    `With fresh noise the distance is smaller: ${inTurn(START, "sde-dpm-solver")} with 4, 6, 8 and 20 steps; the recall is ` +
      `lower too, ${recall({ ...startIn(8), sampler: "sde-dpm-solver" })} with 8.`,
    `DPM-Solver++ has ${repairedIn(4)} in 4 steps, ${repairedIn(6)} in 6, ${repairedIn(8)} in 8 and ${repairedIn(20)} in 20.`,
  ],
  "07": [
    `At w = 2 the 300 steps of DDPM get ${right(DDPM)} right at a distance of ${distance(DDPM)}. Eight steps of DPM-Solver++ ` +
      `from the same noise are worse: ${right({ n: 500 })} at ${distance({ n: 500 })}. Eight steps *with fresh noise* are not: ` +
      `${right(sdeIn(8))} at ${distance(sdeIn(8))}. Nor are four: ${right(sdeIn(4))} at ${distance(sdeIn(4))}`,
    `From 4 steps on the distance no longer falls: ${inTurn(START, "dpm-solver")} with 4, 6, 8 and 20 steps of DPM-Solver++. ` +
      `Two steps of it get ${right(startIn(2))} right, but at a distance of ${distance(startIn(2))} and a **recall** (the ` +
      `share of real digits that have drawn ones like them) of ${recall(startIn(2))}, against ${recall(startIn(8))} with 8`,
    `UniPC needs the fewest: ${uniPcIn(4)} in 4, ${uniPcIn(6)} in 6, ${uniPcIn(8)} in 8.`,
    `so fresh noise has nothing to wash out: ${inTurn(inSteps(8), "sde-dpm-solver")} with 4, 6, 8 and 20, about as DDIM`,
    `From 20 steps to 4 the recall falls from ${recallsFrom("ddim")} with DDIM, from ${recallsFrom("sde-dpm-solver")} with ` +
      `SDE-DPM-Solver++, and least, from ${recallsFrom("unipc")}, with UniPC.`,
  ],
  "08": [
    `With this sampler the original recipe needs guidance: ${right({ scale: 1 })} right at w = 1, ${right({})} at w = 2, ` +
      `${right({ scale: 4 })} at w = 4.`,
    `Its distance is smallest at w = ${bestW({})}, with ${least({})}, and grows again to ${distance({ scale: 12 })} at w = 12.`,
    `The repaired recipe gets ${right({ ...REPAIRED, scale: 1 })} right without guidance, and its distance is smallest ` +
      `at w = ${bestW(REPAIRED)}, with ${least(REPAIRED)}. Real digits get ${floor(1000)}.`,
    `From w = 1 to w = 3 the repaired recipe's precision rises from ${precision({ ...REPAIRED, scale: 1 })} to ` +
      `${precision({ ...REPAIRED, scale: 3 })}, and its recall falls from ${recall({ ...REPAIRED, scale: 1 })} to ` +
      `${recall({ ...REPAIRED, scale: 3 })}: that is the trade. At w = 12 they are ` +
      `${precision({ ...REPAIRED, scale: 12 })} and ${recall({ ...REPAIRED, scale: 12 })}, although the judge names ` +
      `${right({ ...REPAIRED, scale: 12 })} of the digits right.`,
    `At w = 1.25 the drawn digits lie ${fromTraining(point({ ...REPAIRED, scale: 1.25 }).score)} from their nearest training ` +
      `digit, real ones ${fromTraining(floorIn(study, 1000))}: on average`,
    `w = 1 draws odd digits too: variety ${two(repairedAt(1).variety)}, density ${two(repairedAt(1).density)}. w = 3 draws ` +
      `typical ones, where real digits are many: density ${two(repairedAt(3).density)}, variety ` +
      `${two(repairedAt(3).variety)}.`,
    `Coverage is best at w = 1.25, with ${two(repairedAt(1.25).coverage)}; real digits have ` +
      `${two(floorIn(study, 1000).coverage)}.`,
  ],
  "09": [
    `The original recipe is at its best at w = ${bestW({})}, at a distance of ${least({})}. With its start repaired, and ` +
      `nothing retrained, that is w = ${bestW(START)} and ${least(START)}. The repaired recipe: w = ${bestW(REPAIRED)} and ` +
      `${least(REPAIRED)}; 1,000 real digits get ${floor(1000)}.`,
    `Without guidance (w = 1) the original recipe gets ${right({ scale: 1 })} right, with its start repaired ` +
      `${right({ ...START, scale: 1 })}, the repaired recipe ${right({ ...REPAIRED, scale: 1 })}.`,
    `With the new schedule, v, a falling learning rate and averaged weights, still in batches of 128, the distance comes ` +
      `to ${least(BATCH_128)}; in batches of 32 to ${least(REPAIRED)}. There averaging does little: without it that reads ` +
      `${least({ weights: "repaired" })}.`,
    `its loss in the last epoch is lower, ${lastEpoch("zero-snr-spread-log.json")} against ` +
      `${lastEpoch("repaired-log.json")}, but its digits get ${least(SPREAD)}`,
    `With 5,000 digits at w = ${BEST_W}, ${right({ ...REPAIRED, n: 5000, scale: BEST_W })} are right at a distance of ` +
      `${distance({ ...REPAIRED, n: 5000, scale: BEST_W })}; 5,000 real digits get ${floor(5000)}. With UniPC (notebook 07), ` +
      `and autoguidance beside plain guidance (notebook 10), ${percent(BEST.score.accuracy)} are right at a distance of ` +
      `${BEST.score.frechet.value.toFixed(1)}.`,
    `In the original recipe it moves the best w from ${bestW({})} to ${bestW({ weights: "seed-ema", start: "noise" })}, and ` +
      `the distance is no smaller: ${least({ weights: "seed-ema", start: "noise" })}.`,
    `With the start repaired, w = 1 gets ${right({ ...START, scale: 1 })} right in place of ${right({ scale: 1 })}. But ` +
      `w = ${bestW(START)} is still best then`,
    `At w = 1.15, the scale that was chosen on other digits, 5,000 of the refined recipe are at a distance of ` +
      `${distance({ ...REFINED, scale: 1.15, n: 5000 })}, with ${right({ ...REFINED, scale: 1.15, n: 5000 })} right.`,
    `Ten sets of 500 have a mean of ${tenDistances(1.15)} with ${tenRight(1.15)} right; at w = 1.2 it is ${tenDistances(1.2)} ` +
      `with ${tenRight(1.2)}. Sets of real test digits have ${floor(500)}.`,
    `The first of the ten sets, of seed 0, has ${distance({ ...REFINED, scale: 1.15, n: 500 })} and ` +
      `${right({ ...REFINED, scale: 1.15, n: 500 })}: nearer than the mean of real digits.`,
    `With 5,000 digits w = 1.2 has ${measuredText(refined5000({ scale: 1.2 }).frechet)}, and ` +
      `${percent(refined5000({ scale: 1.2 }).accuracy)} are right.`,
    `at the settings that were best on other digits, 5,000 digits have ` +
      `${refined5000({ ...CHOSEN_REFINED, n: 5000 }).frechet.value.toFixed(1)}, and ` +
      `${percent(refined5000({ ...CHOSEN_REFINED, n: 5000 }).accuracy)} are right.`,
    [
      recipeRow("original, EMA weights", { weights: "seed-ema" }),
      recipeRow("original, EMA weights, start repaired", { weights: "seed-ema", ...START }),
      recipeRow("zero terminal SNR, v, falling rate, EMA; batch 128", BATCH_128),
      recipeRow("the same with batch 32: repaired", REPAIRED),
      recipeRow("repaired, without the averaging", { weights: "repaired" }),
      recipeRow("batch 16, timesteps spread evenly", SPREAD),
    ].join("\n"),
  ],
  "10": [
    `Plain guidance at w = ${plainOnBoard.settings.scale} gets ${percent(plainOnBoard.score.accuracy)} right at a ` +
      `distance of ${plainOnBoard.score.frechet.value.toFixed(1)}. The smallest distance is ` +
      `${board[0].score.frechet.value.toFixed(1)} (${nameOf(board[0])}), the largest ` +
      `${board[board.length - 1].score.frechet.value.toFixed(1)} (${nameOf(board[board.length - 1])}).`,
    `Plain guidance has ${at4({ rule: "plain" })}. Leaving out the high noise (t <= 200) leaves ` +
      `${at4({ rule: "interval", low: 0, high: 200 })}. The ramp (${at4({ rule: "over-time", ramp: "linear" })}) and APG's ` +
      `momentum (${at4({ ...APG, momentum: -0.5 })}) bring the distance down, too, and so does leaving out the low noise ` +
      `(${at4({ rule: "interval", low: 100, high: 299 })}).`,
    `plain guidance at w = 1.5 has ${distance({ ...CHOSEN_ON, scale: 1.5 })} on the same digits.`,
    `rescaled ${at4({ rule: "rescaled", phi: 0.7 })} (but a recall of ` +
      `${recall({ ...CHOSEN_ON, rule: { rule: "rescaled", phi: 0.7 }, scale: 4 })} in place of ` +
      `${recall({ ...CHOSEN_ON, scale: 4 })}), CFG-Zero\\* ${at4({ rule: "zero-star", zeroInitSteps: 0 })}, APG without ` +
      `momentum ${at4({ ...APG, momentum: 0 })}, autoguidance ${at4({ rule: "autoguidance", guide: "repaired-epoch1" })}.`,
    [
      ...board.map(boardRow),
      `| real digits | - | ${REAL_1000.precision.value.toFixed(3)} | ${REAL_1000.recall.value.toFixed(3)} | - |`,
    ].join("\n"),
  ],
};

/** All the text of the study's page, its tables' columns no wider than their numbers; or of a notebook. */
function textIn(place: string): string {
  if (place === STUDY_PAGE) return readFileSync(path.join(ROOT, STUDY_PAGE), "utf8").replace(/ {2,}/g, " ");
  const { cells } = readNotebook(courseNotebooks([place])[0]);
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => textOf(source))
    .join("\n");
}

test("4 steps with fresh noise are the fewest as good as DDPM's 300 at every scale, as notebook 07 says", () => {
  const at = (settings: Partial<PointSettings>): { score: Score; ddpm: Score }[] =>
    [1, 2, 4].map((scale) => ({
      score: point({ ...settings, scale }).score,
      ddpm: point({ ...DDPM, scale }).score,
    }));
  const noWorse = (steps: number): boolean =>
    at(sdeIn(steps)).every(
      ({ score, ddpm }) =>
        score.accuracy.value >= ddpm.accuracy.low && score.frechet.value <= ddpm.frechet.high,
    );
  assert.deepEqual([3, 4, 6, 8].filter(noWorse), [4, 6, 8]);
  for (const { score, ddpm } of at(sdeIn(4))) {
    assert.ok(score.accuracy.value <= ddpm.accuracy.high, "accuracy within the interval");
    assert.ok(score.frechet.value >= ddpm.frechet.low, "distance within the interval");
  }
});

test("8 steps without fresh noise are worse from noise, as good at w = 2 from where training ended, not at w = 1", () => {
  const differsFromDdpm = (scale: number, settings: Partial<PointSettings>): boolean =>
    differ(point({ ...DDPM, scale }).score.frechet, point({ ...settings, n: 500, scale }).score.frechet);
  assert.ok(differsFromDdpm(2, {}) && !differsFromDdpm(2, START) && differsFromDdpm(1, START));
});

test("at w = 4 no other is as near as 8 steps from where training ended, as notebook 07 says", () => {
  const nearest = point({ ...START, n: 500, scale: 4 }).score.frechet.value;
  for (const other of [DDPM, { n: 500 }, ...[3, 4, 6, 8].map(sdeIn)])
    assert.ok(nearest < point({ ...other, scale: 4 }).score.frechet.value);
});

test("the fewest steps whose distance cannot be told from that of 20 are 6, and 8 with fresh noise", () => {
  for (const [sampler, fewest] of [
    ["dpm-solver", 6],
    ["unipc", 6],
    ["sde-dpm-solver", 8],
  ] as const) {
    const at = (steps: number): Interval => point({ ...inSteps(steps), sampler }).score.frechet;
    assert.equal(
      [4, 6, 8].find((steps) => !differ(at(steps), at(20))),
      fewest,
      sampler,
    );
    assert.equal(DEFAULT_STEPS[sampler], fewest);
  }
});

test("the interval of every rule's distance overlaps that of plain guidance, as notebook 10 says", () => {
  assert.equal(board.length, 9);
  for (const { settings, score } of board)
    assert.ok(overlap(score.frechet, plainOnBoard.score.frechet), settings.rule.rule);
  const behind = board.filter(({ score }) => score.accuracy.high < plainOnBoard.score.accuracy.low);
  assert.deepEqual(
    behind.map(({ settings }) => settings.rule.rule),
    ["autoguidance"],
  );
});

test("at w = 4 no rule comes near plain guidance at w = 1.5, as notebook 10 says", () => {
  const smaller = withInterval(point({ ...CHOSEN_ON, scale: 1.5 }).score.frechet);
  const atFour = pointsOf(study, { ...CHOSEN_ON, scale: 4 });
  assert.equal(atFour.length, 9);
  for (const { settings, score } of atFour)
    assert.ok(score.frechet.low > smaller.high, JSON.stringify(settings.rule));
});

test("at w = 4 these rules bring the distance down and the others do not by more than their intervals, as notebook 10 says", () => {
  const measured = (rule: PointSettings["rule"]): Interval =>
    point({ ...CHOSEN_ON, rule, scale: 4 }).score.frechet;
  const alone = measured({ rule: "plain" });
  for (const rule of [
    { rule: "interval", low: 0, high: 200 },
    { rule: "interval", low: 100, high: 299 },
    { rule: "over-time", ramp: "linear" },
    { ...APG, momentum: -0.5 },
  ] as const)
    assert.ok(measured(rule).high < alone.low, JSON.stringify(rule));
  for (const rule of [
    { rule: "rescaled", phi: 0.7 },
    { rule: "zero-star", zeroInitSteps: 0 },
    { ...APG, momentum: 0 },
    { rule: "autoguidance", guide: "repaired-epoch1" },
  ] as const)
    assert.ok(overlap(measured(rule), alone), JSON.stringify(rule));
});

test("what notebook 09 says of training digits is what its table shows", () => {
  const { cells } = readNotebook(courseNotebooks(["09"])[0]);
  const shown = JSON.stringify(cells.flatMap(({ outputs = [] }) => outputs.map(({ data }) => data)));
  const row = /training digits +([\d.]+) +([\d.]+ \([\d.]+ to [\d.]+\))/.exec(shown);
  assert.ok(row, "the table has no row of training digits");
  const { value, low, high } = floorIn(study, 5000).frechet;
  const real = `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
  assert.ok(
    textIn("09").includes(
      `Sets of 500 training digits have a mean of ${row[1]}, sets of test digits ${floor(500)}; with 5,000 digits it is ` +
        `${row[2]} and ${real}.`,
    ),
  );
});

test("w = 1.15 was chosen for the refined recipe on other digits, as notebook 09 says", () => {
  const chosen = chosenRules(study, "refined-ema").find(({ rule }) => rule.rule === "plain")!;
  assert.deepEqual([chosen.scale, chosen.sampler, chosen.seed], [1.15, "unipc", 0]);
  const first = point({ ...REFINED, scale: 1.15, n: 500 }).score;
  assert.ok(first.accuracy.value >= 0.99 && first.frechet.value <= floorIn(study, 500).frechet.value);
});

test("the repaired recipe is further away than the original past w = 2, as notebook 08 says", () => {
  for (const scale of [3, 4, 6, 8, 10, 12]) {
    const [original, repaired] = [point({ scale }), point({ ...REPAIRED, scale })].map(
      ({ score }) => score.frechet,
    );
    assert.ok(repaired.low > original.high, `w = ${scale}`);
  }
});

test("coverage is best at w = 1.25, and below that of real digits, as notebook 08 says", () => {
  const best = withInterval(repairedAt(1.25).coverage);
  for (const scale of [1, 2, 3, 12])
    assert.ok(withInterval(repairedAt(scale).coverage).high < best.low, `w = ${scale}`);
  assert.ok(best.high < withInterval(floorIn(study, 1000).coverage).low);
});

test("each rule is scored at the settings that were best on other digits", () => {
  for (const { settings } of bestOfEachRule(study)) {
    const scored = board.find((one) => one.settings.rule.rule === settings.rule.rule)!;
    assert.deepEqual([scored.settings.rule, scored.settings.scale], [settings.rule, settings.scale]);
    assert.notEqual(scored.settings.seed, settings.seed);
  }
});

for (const [place, sentences] of Object.entries(SENTENCES)) {
  const text = textIn(place);
  for (const sentence of sentences)
    test(`${place === STUDY_PAGE ? place : `notebook ${place}`} says: ${sentence}`, () => {
      assert.ok(text.includes(sentence), "the sentence is not there; it must say just this");
    });
}
