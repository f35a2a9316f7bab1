/** How long the small network trains until its digits are as good as those of the original recipe. */
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  labelsFor,
  loadJudge,
  loadModel,
  type Model,
  mnistReference,
  openRun,
  RECIPES,
  sampleMany,
  samplerOf,
  runToEnd,
} from "cfg-lib";
import { measure } from "cfg-lib/dist/measures/score";
import { loadMnist } from "mnist-data-loader";

/** Steps of the original recipe's five epochs. */
export const ORIGINAL_STEPS = 2340;

/** How both are sampled and judged. */
const SETTINGS = { sampler: "sde-dpm-solver", steps: 8, n: 1000, seed: 0 };
/** The original recipe's scale; the small network may have any of the others. */
const ORIGINAL_SCALE = 2;
const SCALES = [1.25, 1.5, 2];

/** Seconds of training that are tried, each from the beginning: the rate's course fits the run's length. */
const BUDGETS = [30, 45, 60, 75, 90, 120, 180];

/** Digits of a model, judged. */
export interface Quality {
  scale: number;
  accuracy: number;
  frechet: number;
}

/** The first budget that is enough. */
export interface TimeToQuality {
  /** Seconds of training, as measured. */
  ours: number;
  steps: number;
  reached: Quality;
  original: Quality;
}

/** Trains until one scale has at least the original's accuracy at no larger distance; undefined where no budget is enough. */
export function timeToQuality(tell: (what: string) => void): TimeToQuality | undefined {
  const judge = loadJudge();
  const reference = mnistReference(judge);
  const labels = labelsFor(SETTINGS.n);
  const qualityOf = (model: Model, scale: number): Quality => {
    const options = { labels, guidanceScale: scale, seed: SETTINGS.seed, steps: SETTINGS.steps };
    const images = runToEnd(sampleMany(model, { ...options, sampler: samplerOf(SETTINGS.sampler) }));
    const { accuracy, frechet } = measure(judge, reference, images, labels);
    return { scale, accuracy, frechet };
  };
  const seed = loadModel("seed");
  const original = qualityOf(seed, ORIGINAL_SCALE);
  seed.dispose();
  const data = loadMnist({ split: "train" });
  for (const seconds of BUDGETS) {
    const { run, dispose } = openTemporaryRun(data, seconds);
    try {
      tell(`time to quality: ${seconds} s of training, ${run.steps} steps`);
      for (const _ of run.train());
      const model = run.model();
      const qualities = SCALES.map((scale) => qualityOf(model, scale));
      model.dispose();
      const reached = qualities.find(
        ({ accuracy, frechet }) => accuracy >= original.accuracy && frechet <= original.frechet,
      );
      if (reached) return { ours: run.seconds, steps: run.steps, reached, original };
    } finally {
      dispose();
    }
  }
  return undefined;
}

/** A run whose files are in a folder of their own, for a while. */
function openTemporaryRun(data: ReturnType<typeof loadMnist>, seconds: number) {
  const home = process.cwd();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bench-"));
  process.chdir(folder);
  const run = openRun("bench", { recipe: RECIPES.small, data, seconds });
  return {
    run,
    dispose: () => {
      run.dispose();
      process.chdir(home);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
