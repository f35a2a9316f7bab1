/**
 * Computes a study point by point: `npm run sweep -- --grid scales --out study.json`. Every point is saved as soon as it
 * is there; killed at any moment and started again, it goes on where it was.
 */
import { withLock } from "cfg-lib/dist/files/lock";
import { addStudy, readStudy, hashOf, type Study, writeStudy } from "cfg-lib/dist/study/study";
import { checkPoints, type Measuring, sweep } from "cfg-lib/dist/study/sweep";
import {
  findPoint,
  loadJudge,
  mnistReference,
  type PointSettings,
  type RuleSettings,
  samplerOf,
  type SamplerName,
  startEngine,
} from "cfg-lib";
import { FIRST, GRIDS } from "cfg-lib/dist/study/grids";
import { RULE_NAMES } from "cfg-lib/dist/study/rule-settings";
import { fileOption, numberOption, readOptions, runCommand, wordOption } from "./options";

const USAGE = `npm run sweep -- [--out study.json] --grid ${Object.keys(GRIDS).join(",")} or all
or a grid of your own, every list separated by commas:
  [--weights repaired-ema,seed] [--rules plain,cfg++ | '{"rule":"interval","low":0,"high":200}'] [--samplers dpm-solver]
  [--scales 1,1.5,2] [--steps 8] [--n 1000] [--seeds 0] [--start noise | training-end]`;

const given = readOptions({
  out: { type: "string", default: "study.json" },
  grid: { type: "string" },
  weights: { type: "string" },
  rules: { type: "string" },
  samplers: { type: "string" },
  scales: { type: "string" },
  steps: { type: "string" },
  n: { type: "string" },
  seeds: { type: "string" },
  start: { type: "string" },
  help: { type: "boolean", default: false },
});

/** What makes a grid of one's own, where it is not given. */
const OWN_GRID = {
  weights: "repaired-ema",
  rules: "plain",
  samplers: "dpm-solver",
  scales: "1,1.5,2",
  steps: "8",
  n: "1000",
  seeds: "0",
  start: "noise",
};
const options = { ...OWN_GRID, ...given };

/** Settings of the rules that a bare name stands for. */
const BY_NAME: Record<RuleSettings["rule"], RuleSettings> = {
  plain: { rule: "plain" },
  rescaled: { rule: "rescaled", phi: 0.7 },
  interval: { rule: "interval", low: 0, high: 200 },
  "over-time": { rule: "over-time", ramp: "linear" },
  apg: { rule: "apg", space: "x0", eta: 0, normThreshold: 10, momentum: 0 },
  "zero-star": { rule: "zero-star", zeroInitSteps: 0 },
  "cfg++": { rule: "cfg++" },
  autoguidance: { rule: "autoguidance", guide: "repaired-epoch1" },
  "with-autoguidance": { rule: "with-autoguidance", guide: "repaired-epoch1", autoScale: 1.3 },
};

function numbers(name: "scales" | "steps" | "n" | "seeds"): number[] {
  return options[name].split(",").map((text) => numberOption(name, text));
}

function rules(): RuleSettings[] {
  if (options.rules.startsWith("{")) return [ruleFromJson(options.rules)];
  return options.rules.split(",").map((name) => {
    if (!Object.hasOwn(BY_NAME, name))
      throw new Error(`--rules is ${options.rules}; there are ${RULE_NAMES.join(", ")}.`);
    return BY_NAME[name as RuleSettings["rule"]];
  });
}

function ruleFromJson(text: string): RuleSettings {
  try {
    return JSON.parse(text) as RuleSettings;
  } catch (error) {
    throw new Error(`--rules is ${text}; it is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The points to compute, as they follow from what is in the study already. */
type Grid = (study: Study) => PointSettings[];

/** The named grids, one after the other: the rules are chosen from what came before. */
function grids(): Grid[] {
  const { grid } = options;
  if (grid === undefined) return [ownGrid];
  const own = Object.keys(OWN_GRID).filter((name) => given[name as keyof typeof OWN_GRID] !== undefined);
  if (own.length > 0)
    throw new Error(
      `--grid has points of its own, and --${own.join(", --")} would change nothing; leave one out.`,
    );
  if (grid === "all") return Object.values(GRIDS);
  return grid.split(",").map((name) => {
    if (!Object.hasOwn(GRIDS, name))
      throw new Error(`--grid is ${grid}; there are ${Object.keys(GRIDS).join(", ")} and all.`);
    return GRIDS[name];
  });
}

function pointsOf(grid: Grid, study: Study): PointSettings[] {
  const points = grid(study);
  if (points.length > 0) return points;
  throw new Error("The grid has no points yet: it takes what choose found; compute that first.");
}

function ownGrid(): PointSettings[] {
  const start = wordOption("start", options.start, ["noise", "training-end"]);
  const samplers = options.samplers.split(",").map((name) => samplerOf(name).name as SamplerName);
  let all: PointSettings[] = options.weights.split(",").map((weights) => ({ ...FIRST, weights, start }));
  const cross = <K extends keyof PointSettings>(key: K, values: PointSettings[K][]): void => {
    all = all.flatMap((point) => values.map((value) => ({ ...point, [key]: value })));
  };
  cross("rule", rules());
  cross("sampler", samplers);
  cross("steps", numbers("steps"));
  cross("scale", numbers("scales"));
  cross("n", numbers("n"));
  cross("seed", numbers("seeds"));
  return all;
}

function main(): void {
  const wantedGrids = grids();
  const file = fileOption("out", options.out);
  const study = readStudy(file);
  checkPoints(pointsOf(wantedGrids[0], study)); // before the engine starts and the judge has work
  const { machine, tensorflow } = startEngine();
  if (!("judge" in study.hashes)) study.hashes.judge = hashOf("judge");
  const judge = loadJudge();
  const reference = mnistReference(judge);
  const here: Study = {
    hashes: {},
    machine: `${machine}, TensorFlow ${tensorflow}`,
    floors: [],
    points: [],
  };
  for (const grid of wantedGrids) compute(pointsOf(grid, study), file, study, { judge, reference }, here);
  save(file, study); // floors that need no new point
  console.log(`${study.points.length} points in ${file}.`);
}

/** Writes the study, with the points that another sweep has written to the same file meanwhile. */
function save(file: string, study: Study): void {
  withLock(file, () => {
    addStudy(study, readStudy(file));
    writeStudy(file, study);
  });
}

/** Adds points to the study's file, one by one, and tells of each. */
function compute(
  wanted: PointSettings[],
  file: string,
  study: Study,
  measuring: Measuring,
  here: Study,
): void {
  const started = performance.now();
  let [first, lastLine] = [-1, started];
  for (const { settings, done, points, step } of sweep(wanted, study, measuring)) {
    if (first < 0) first = done;
    const { weights, rule, scale, sampler, steps, n } = settings;
    const what = `${weights}, ${JSON.stringify(rule)}, w ${scale}, ${steps} steps of ${sampler}, n ${n}`;
    if (!step) {
      addStudy(study, here); // this machine computed it
      save(file, study);
      const { accuracy, frechet } = findPoint(study, settings)!.score;
      const left = ((performance.now() - started) / 60_000 / (done - first)) * (points - done);
      console.log(
        `${done} of ${points}: ${what}: ${(100 * accuracy.value).toFixed(1)}%, distance ` +
          `${frechet.value.toFixed(2)}   ${left.toFixed(1)} min left`,
      );
    } else if (performance.now() - lastLine > 10_000) {
      lastLine = performance.now();
      console.log(`  ${what}: step ${step.step} of ${step.steps}`);
    }
  }
}

void runCommand(main, options.help ? USAGE : undefined);
