/** How soon a live picture follows its slider, in a real JupyterLab and a headless browser. */
import type { Page } from "playwright-core";
import { openCourse } from "../../test/browser/course";
import { liveOf, move, type Moved } from "../../test/browser/live";
import { runAll } from "../../test/browser/notebook-page";

/** Milliseconds from the slider's event to the changed pixels: median, and the one that 95 of 100 are below. */
type Percentiles = [p50: number, p95: number];

export interface LiveTimes {
  /** Ten guided digits, and the 5 x 10 sweep. */
  ms10: Percentiles;
  ms50: Percentiles;
  /** Ten digits that are shown step by step: the first guess. */
  guessMs: Percentiles;
  /** What is not the function itself: protocol and drawing. Median over the moves of ten digits. */
  overheadMs: number;
  /** The first move of ten digits. */
  firstMs: number;
}

const MOVES = 50;

const cellsFor = (weights: string, steps: number): string[] => [
  `import * as cfg from "cfg-lib";
cfg.startEngine();
const model = cfg.loadModel("${weights}");
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const how = { sampler: cfg.dpmSolver, steps: ${steps} };`,
  `await cfg.live({ w: cfg.slider(1, 4, { value: 1.5, step: 0.01 }) }, ({ w }) =>
  cfg.sampleAll(model, { ...how, labels: digits, guidanceScale: w }));`,
  `const scales = [0, 0.25, 0.5, 0.75, 1];
await cfg.live({ w: cfg.slider(1, 4, { value: 1.5, step: 0.01 }) }, ({ w }) => {
  const labels = scales.flatMap(() => digits);
  const guidanceScale = scales.flatMap((scale) => digits.map(() => scale * w));
  const noiseIndices = scales.flatMap(() => digits);
  const { images } = cfg.sampleAll(model, { ...how, labels, guidanceScale, noiseIndices });
  const rows = cfg.separateImages(images, { pixels: digits.length * cfg.PIXELS });
  return { digits: Object.fromEntries(rows.map((row, i) => [\`w = \${scales[i] * w}\`, row])) };
});`,
  `await cfg.live({ w: cfg.slider(1, 4, { value: 1.5, step: 0.01 }) }, function* ({ w }) {
  for (const step of cfg.sample(model, { ...how, labels: digits, guidanceScale: w }))
    yield step.predictedX0();
});`,
];

/**
 * Times {@link MOVES} moves of each.
 * @throws Error when a move ends in an error, or in the pixels that were there before
 */
export async function timeLive(weights: string, samplingSteps: number): Promise<LiveTimes> {
  const course = await openCourse();
  try {
    const page = await course.openCells(...cellsFor(weights, samplingSteps));
    await runAll(page);
    const ten = await moves(page, 1);
    const fifty = await moves(page, 2);
    const steps = await moves(page, 3);
    return {
      ms10: percentiles(ten.map(({ ms }) => ms)),
      ms50: percentiles(fifty.map(({ ms }) => ms)),
      guessMs: percentiles(steps.map(({ firstMs }) => firstMs)),
      overheadMs: percentiles(ten.map(({ ms, functionMs }) => ms - functionMs))[0],
      firstMs: Math.round(ten[0].ms),
    };
  } finally {
    await course.close();
  }
}

async function moves(page: Page, cell: number): Promise<Moved[]> {
  const live = liveOf(page, cell);
  await live.scrollIntoViewIfNeeded();
  const all: Moved[] = [];
  for (let i = 0; i < MOVES; i++) {
    const moved = await move(live, "w", 1 + (((i + 1) * 37) % 100) / 50);
    if (moved.phase !== "done" || !moved.isOther)
      throw new Error(`move ${i} of cell ${cell} ended "${moved.phase}" and drew nothing new.`);
    all.push(moved);
  }
  return all;
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(10 * sorted[Math.ceil(share * sorted.length) - 1]) / 10;
  return [at(0.5), at(0.95)];
}
