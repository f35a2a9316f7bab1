/**
 * Times training, prediction and sampling, beside PyTorch if a Python with it is given, the two in turn in one run:
 * `npm run bench -- [--json] [--live] [--weights small] [--torch PYTHON] [--repeats 9] [--steps 4]`. Seconds are [least, median, most]; a ratio is ours over
 * PyTorch's better memory layout, of medians (`ratioCompiled`: over what torch.compile makes of it). With PyTorch, it also trains
 * the small network until its digits are as good as the original recipe's. Then how soon a live picture follows its slider in JupyterLab, in milliseconds;
 * `--live` times nothing else.
 */
import { execFileSync } from "node:child_process";
import { startEngine } from "cfg-lib";
import { type LiveTimes, timeLive } from "./bench/live";
import { AS_GOOD, AS_GOOD_STEPS, prepare } from "./bench/ours";
import { ORIGINAL_STEPS, type TimeToQuality, timeToQuality } from "./bench/time-to-quality";
import { type Layout, LAYOUTS, Torch, type Way } from "./bench/torch";
import { numberOption, readOptions, runCommand } from "./options";

const USAGE =
  "npm run bench -- [--json] [--live] [--weights small] [--torch PYTHON] [--repeats 9] [--steps 4]";

type Spread = [least: number, median: number, most: number];

interface Comparison {
  ours: Spread;
  torch?: Record<Layout, Spread> & { compiled?: Spread };
  ratio?: number;
  ratioCompiled?: number;
}

const options = readOptions({
  json: { type: "boolean", default: false },
  live: { type: "boolean", default: false },
  weights: { type: "string", default: "small" }, // of the live pictures
  torch: { type: "string" },
  repeats: { type: "string", default: "9" },
  steps: { type: "string", default: String(AS_GOOD_STEPS) },
  "only-train": { type: "string" }, // used by the bench itself: train in this process and print its peak memory
  help: { type: "boolean", default: false },
});
const STEPS_FOR_MEMORY = 5;
/** The steps of the live pictures. */
const LIVE_STEPS = 4;

function spread(seconds: number[]): Spread {
  const sorted = [...seconds].sort((a, b) => a - b);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
}

function ratioOf(ours: Spread, torch: Record<Layout, Spread>): number {
  return ours[1] / Math.min(...LAYOUTS.map((layout) => torch[layout][1]));
}

/** Ours and PyTorch's layouts in turn, `repeats` times, after a warm-up of two each. */
async function compare(
  work: "trainStep" | "forward20",
  repeats: number,
  torch: Torch | undefined,
): Promise<Comparison> {
  const run = prepare(work);
  const ours: number[] = [];
  const theirs: Record<Way, number[]> = { contiguous: [], channelsLast: [], compiled: [] };
  const ways: Way[] = work === "trainStep" ? [...LAYOUTS, "compiled"] : [...LAYOUTS];
  for (let i = -2; i < repeats; i++) {
    tell(`${work}: ${i < 0 ? "warm-up" : `${i + 1} of ${repeats}`}`);
    const seconds = run();
    if (i >= 0) ours.push(seconds);
    for (const way of ways) {
      const [other] = (await torch?.time(work, way, 1)) ?? [];
      if (i >= 0) theirs[way].push(other);
    }
  }
  if (!torch) return { ours: spread(ours) };
  const spreads = { contiguous: spread(theirs.contiguous), channelsLast: spread(theirs.channelsLast) };
  const eager = { ours: spread(ours), torch: spreads, ratio: ratioOf(spread(ours), spreads) };
  if (!ways.includes("compiled")) return eager;
  const compiled = spread(theirs.compiled);
  return { ...eager, torch: { ...spreads, compiled }, ratioCompiled: spread(ours)[1] / compiled[1] };
}

/** Ours, with a fast sampler, against the seed's way in PyTorch. */
interface SamplingComparison {
  sampler: string;
  steps: number;
  ours: number;
  torch300?: number;
  ratio?: number;
}

/**
 * Ten guided digits, and the 5x10 sweep: ours, with the sampler whose digits are as good, against the seed's 300 steps in
 * PyTorch's better layout, and five such runs. Medians of `repeats` of ours and of three of PyTorch's, in turn.
 */
async function compareSampling(
  steps: number,
  repeats: number,
  torch: Torch | undefined,
): Promise<Record<"sample10" | "sweep50", SamplingComparison>> {
  const run = { sample10: prepare("sample10", steps), sweep50: prepare("sweep50", steps) };
  const ours = { sample10: [] as number[], sweep50: [] as number[] };
  const theirs: Record<Layout, number[]> = { contiguous: [], channelsLast: [] };
  for (let i = -1; i < repeats; i++) {
    tell(`sampling: ${i < 0 ? "warm-up" : `${i + 1} of ${repeats}`}`);
    for (const work of ["sample10", "sweep50"] as const) {
      const seconds = run[work]();
      if (i >= 0) ours[work].push(seconds);
    }
    if (i < 0 || i >= 3) continue;
    for (const layout of LAYOUTS) theirs[layout].push(...((await torch?.time("sample300", layout, 1)) ?? []));
  }
  const result = (work: "sample10" | "sweep50", runs: number): SamplingComparison => {
    const [, median] = spread(ours[work]);
    const what = { sampler: AS_GOOD.name, steps, ours: median };
    if (!torch) return what;
    const torch300 = runs * Math.min(...LAYOUTS.map((layout) => spread(theirs[layout])[1]));
    return { ...what, torch300, ratio: median / torch300 };
  };
  return { sample10: result("sample10", 1), sweep50: result("sweep50", 5) };
}

/** Peak memory of processes that only train. */
async function comparePeak(
  python: string | undefined,
): Promise<{ ours: number; torch?: number; ratio?: number }> {
  tell("peak memory in training");
  const args = [...process.execArgv, __filename, "--only-train", String(STEPS_FOR_MEMORY)];
  const ours = Number(
    execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  if (!python) return { ours };
  const peaks: number[] = [];
  for (const layout of LAYOUTS) {
    const torch = await Torch.start(python);
    await torch.time("trainStep", layout, STEPS_FOR_MEMORY);
    peaks.push(await torch.peakMB());
    torch.close();
  }
  const torch = Math.min(...peaks);
  return { ours, torch, ratio: ours / torch };
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`);
}

/** Ours, beside the time that the original recipe takes in PyTorch: its step's in this run, times its steps. */
function compareTimeToQuality(trainStep: Comparison) {
  if (!trainStep.torch) return undefined;
  const result = timeToQuality(tell);
  const torchSeed = ORIGINAL_STEPS * Math.min(...LAYOUTS.map((layout) => trainStep.torch![layout][1]));
  if (!result) return { torchSeed };
  return { ...result, torchSeed, ratio: result.ours / torchSeed };
}

function reportTimeToQuality(result: Partial<TimeToQuality> & { torchSeed: number; ratio?: number }): void {
  const { ours, ratio, torchSeed, reached, original } = result;
  console.log("training until the digits are as good as the original recipe's");
  if (!ours || !ratio || !reached || !original) {
    console.log("  not reached in any time that was tried");
    return;
  }
  const text = (of: typeof reached): string =>
    `${(100 * of.accuracy).toFixed(1)} % right at ${of.frechet.toFixed(1)}, w = ${of.scale}`;
  console.log(`  ours                   ${ours.toFixed(0)} s (${text(reached)})`);
  console.log(
    `  original, PyTorch      ${torchSeed.toFixed(0)} s (${text(original)}), ratio 1/${(1 / ratio).toFixed(0)}`,
  );
}

function report(name: string, { ours, torch, ratio, ratioCompiled }: Comparison): void {
  const ms = (values: Spread): string => values.map((value) => `${(1000 * value).toFixed(0)} ms`).join(" / ");
  console.log(`${name}  (least / median / most)`);
  console.log(`  ours                   ${ms(ours)}`);
  if (torch) for (const layout of LAYOUTS) console.log(`  PyTorch ${layout.padEnd(14)} ${ms(torch[layout])}`);
  if (torch?.compiled) console.log(`  PyTorch compiled       ${ms(torch.compiled)}`);
  if (ratio) console.log(`  ratio                  ${ratio.toFixed(2)}`);
  if (ratioCompiled) console.log(`  ratio, compiled        ${ratioCompiled.toFixed(2)}`);
}

async function main(): Promise<void> {
  const whole = { whole: true, min: 1 };
  const repeats = numberOption("repeats", options.repeats, whole);
  const steps = numberOption("steps", options.steps, { ...whole, max: 300 });
  if (options["only-train"] !== undefined) {
    trainOnly(numberOption("only-train", options["only-train"], whole));
    return;
  }
  if (options.live) {
    const live = await compareLive();
    if (options.json) console.log(JSON.stringify({ machine: startEngine().machine, live }));
    else reportLive(live);
    return;
  }
  const torch = options.torch === undefined ? undefined : await Torch.start(options.torch);
  const { machine } = startEngine();
  const trainStep = await compare("trainStep", repeats, torch);
  const forward20 = await compare("forward20", repeats, torch);
  const sampling = await compareSampling(steps, repeats, torch);
  torch?.close();
  const peakTrainingMB = await comparePeak(options.torch);
  const quality = compareTimeToQuality(trainStep);
  const live = await compareLive();
  if (options.json) {
    const all = { machine, trainStep, forward20, ...sampling, peakTrainingMB, timeToQuality: quality, live };
    console.log(JSON.stringify(all));
    return;
  }
  console.log(machine);
  report("training step, batch 128", trainStep);
  report("forward of 20", forward20);
  for (const [name, { ours, torch300, ratio }] of Object.entries(sampling)) {
    const what = name === "sample10" ? "ten digits, w = 2" : "5 x 10 digits, w = 0 to 4";
    console.log(`${what}, ${steps} steps of ${AS_GOOD.name}: ours ${ours.toFixed(3)} s`);
    if (torch300 && ratio)
      console.log(`  PyTorch, 300 steps ${torch300.toFixed(1)} s, ratio 1/${(1 / ratio).toFixed(0)}`);
  }
  console.log(`peak memory in training: ours ${peakTrainingMB.ours.toFixed(0)} MB`);
  if (peakTrainingMB.torch)
    console.log(`  PyTorch ${peakTrainingMB.torch.toFixed(0)} MB, ratio ${peakTrainingMB.ratio!.toFixed(2)}`);
  if (quality) reportTimeToQuality(quality);
  reportLive(live);
}

function compareLive(): Promise<LiveTimes> {
  tell("live pictures");
  return timeLive(options.weights, LIVE_STEPS);
}

function reportLive({ ms10, ms50, guessMs, overheadMs, firstMs }: LiveTimes): void {
  console.log(
    `live, ${options.weights} in ${LIVE_STEPS} steps, from the slider to the pixels  (median / 95 of 100)`,
  );
  console.log(`  ten digits              ${ms10.join(" ms / ")} ms, the first move ${firstMs} ms`);
  console.log(`  ten digits, first guess ${guessMs.join(" ms / ")} ms`);
  console.log(`  5 x 10 digits           ${ms50.join(" ms / ")} ms`);
  console.log(`  of it not sampling      ${overheadMs} ms`);
}

/** Trains, and prints the peak memory of this process in MB. */
function trainOnly(steps: number): void {
  startEngine();
  const step = prepare("trainStep");
  for (let i = 0; i < steps; i++) step();
  console.log(process.resourceUsage().maxRSS / 1024);
}

void runCommand(main, options.help ? USAGE : undefined);
