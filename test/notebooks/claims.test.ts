/** The numbers in the notebooks' sentences are those of the study that ships. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestOfEachRule,
  chosenRules,
  type Measured,
  findPoint,
  floorIn,
  type Point,
  type PointSettings,
  pointsOf,
  shippedStudy,
} from "cfg-lib";
import { courseNotebooks, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";

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
  const found = findPoint(study, { ...PLAIN, ...settings });
  assert.ok(found, `the study has no point ${JSON.stringify(settings)}`);
  return found;
}

const percent = ({ value }: Measured): string => `${(100 * value).toFixed(1)} %`;
const right = (settings: Partial<PointSettings>): string => percent(point(settings).score.accuracy);
const distance = (settings: Partial<PointSettings>): string => point(settings).score.frechet.value.toFixed(1);
const overlap = (a: Measured, b: Measured): boolean => a.low <= b.high && b.low <= a.high;

/** The point with the smallest distance of a curve over w. */
function nearest(settings: Partial<PointSettings>): Point {
  const { scale: _, ...common } = { ...PLAIN, ...settings };
  return pointsOf(study, common).reduce((best, other) =>
    other.score.frechet.value < best.score.frechet.value ? other : best,
  );
}

const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
const bestW = (settings: Partial<PointSettings>): string => String(nearest(settings).settings.scale);
const least = (settings: Partial<PointSettings>): string => nearest(settings).score.frechet.value.toFixed(1);
const floor = (n: number): string => floorIn(study, n).frechet.value.toFixed(1);
const board = chosenRules(study)
  .map((settings) => findPoint(study, settings)!)
  .sort((a, b) => a.score.frechet.value - b.score.frechet.value);
const plainOnBoard = board.find(({ settings }) => settings.rule.rule === "plain")!;

const REPAIRED = { weights: "repaired-ema" };
const START = { start: "training-end" } as const;
const inSteps = (steps: number): Partial<PointSettings> => ({ ...REPAIRED, scale: 1.25, steps });
const repairedIn = (steps: number): string => distance(inSteps(steps));
const BATCH_128 = { weights: "zero-snr-decay-ema" };
const DDPM = { sampler: "ddpm", steps: 300, n: 500 } as const;

/** Sentences that must stand in a notebook, as the study has them. */
const SENTENCES: Record<string, string[]> = {
  "07": [
    `At w = 2 the 300 steps of DDPM get ${right(DDPM)} right at a distance of ${distance(DDPM)}. From the same pure noise, ` +
      `8 steps of DPM-Solver++ get ${right({ n: 500 })} at ${distance({ n: 500 })}`,
    `from there, 8 steps get ${right({ ...START, n: 500 })} right at ${distance({ ...START, n: 500 })}`,
    `With 1,000 digits, 8 steps of DPM-Solver++ get ${right(START)} right at a distance of ${distance(START)}, 20 steps ` +
      `${right({ ...START, steps: 20 })} at ${distance({ ...START, steps: 20 })}.`,
    `The repaired network of notebook 09 has a distance of ${repairedIn(4)} in 4 steps, ${repairedIn(6)} in 6, ` +
      `${repairedIn(8)} in 8 and ${repairedIn(20)} in 20.`,
    `DDIM gets ${right({ ...START, sampler: "ddim" })} right with 8 steps, at a distance of ` +
      `${distance({ ...START, sampler: "ddim" })}.`,
  ],
  "08": [
    `The original recipe needs guidance: ${right({ scale: 1 })} right at w = 1, ${right({})} at w = 2, ` +
      `${right({ scale: 4 })} at w = 4.`,
    `Its distance is smallest at w = ${bestW({})}, with ${least({})}, and grows again to ${distance({ scale: 12 })} at w = 12.`,
    `The repaired recipe gets ${right({ ...REPAIRED, scale: 1 })} right without guidance, and its distance is smallest ` +
      `at w = ${bestW(REPAIRED)}, with ${least(REPAIRED)}. Real digits get ${floor(1000)}.`,
    `From w = 1 to w = 12, the recall of the repaired recipe falls from ` +
      `${share(point({ ...REPAIRED, scale: 1 }).score.recall)} to ` +
      `${share(point({ ...REPAIRED, scale: 12 }).score.recall)}, while ` +
      `${right({ ...REPAIRED, scale: 12 })} of its digits are right.`,
  ],
  "09": [
    `The original recipe is at its best at w = ${bestW({})}, at a distance of ${least({})}. With its start repaired, and ` +
      `nothing retrained, that is w = ${bestW(START)} and ${least(START)}. The repaired recipe: w = ${bestW(REPAIRED)} and ` +
      `${least(REPAIRED)}; 1,000 real digits get ${floor(1000)}.`,
    `With batches of 128 the new schedule alone comes to ${least(BATCH_128)}.`,
    `With 5,000 digits at w = 1.25, ${right({ ...REPAIRED, n: 5000, scale: 1.25 })} are right at a distance of ` +
      `${distance({ ...REPAIRED, n: 5000, scale: 1.25 })}; 5,000 real digits get ${floor(5000)}.`,
  ],
  "10": [
    `Plain guidance at w = ${plainOnBoard.settings.scale} gets ${percent(plainOnBoard.score.accuracy)} right at a ` +
      `distance of ${plainOnBoard.score.frechet.value.toFixed(1)}. The smallest distance is ` +
      `${board[0].score.frechet.value.toFixed(1)} (${board[0].settings.rule.rule}), the largest ` +
      `${board[board.length - 1].score.frechet.value.toFixed(1)} (${board[board.length - 1].settings.rule.rule}).`,
  ],
};

test("8 steps from where training ended are as good as DDPM's 300, within the intervals, as notebook 07 says", () => {
  const [slow, fast] = [point(DDPM), point({ ...START, n: 500 })].map(({ score }) => score);
  assert.ok(overlap(slow.accuracy, fast.accuracy), "accuracy");
  assert.ok(overlap(slow.frechet, fast.frechet), "distance");
});

test("at w = 1 DDPM's distance is smaller, at w = 4 that of the 8 steps, as notebook 07 says", () => {
  const pair = (scale: number): Measured[] =>
    [point({ ...DDPM, scale }), point({ ...START, n: 500, scale })].map(({ score }) => score.frechet);
  const [[slowAt1, fastAt1], [slowAt4, fastAt4]] = [pair(1), pair(4)];
  assert.ok(slowAt1.high < fastAt1.low);
  assert.ok(fastAt4.high < slowAt4.low);
});

test("6 steps are the fewest whose distance cannot be told from that of 20, as notebook 07 says", () => {
  const [four, six, eight, twenty] = [4, 6, 8, 20].map((steps) => point(inSteps(steps)).score.frechet);
  assert.ok(!overlap(four, twenty) && overlap(six, twenty) && overlap(eight, twenty));
});

test("the interval of every rule's distance overlaps that of plain guidance, as notebook 10 says", () => {
  assert.equal(board.length, 8);
  for (const { settings, score } of board)
    assert.ok(overlap(score.frechet, plainOnBoard.score.frechet), settings.rule.rule);
  const behind = board.filter(({ score }) => score.accuracy.high < plainOnBoard.score.accuracy.low);
  assert.deepEqual(
    behind.map(({ settings }) => settings.rule.rule),
    ["autoguidance"],
  );
});

test("each rule is scored at the settings that were best on other digits", () => {
  for (const { settings } of bestOfEachRule(study)) {
    const scored = board.find((one) => one.settings.rule.rule === settings.rule.rule)!;
    assert.deepEqual([scored.settings.rule, scored.settings.scale], [settings.rule, settings.scale]);
    assert.notEqual(scored.settings.seed, settings.seed);
  }
});

for (const [prefix, sentences] of Object.entries(SENTENCES)) {
  const { cells } = readNotebook(courseNotebooks([prefix])[0]);
  const text = cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => textOf(source))
    .join("\n");
  for (const sentence of sentences)
    test(`notebook ${prefix} says: ${sentence}`, () => {
      assert.ok(text.includes(sentence), "the sentence is not there; it must say just this");
    });
}
