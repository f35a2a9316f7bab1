/**
 * Times training, prediction and sampling, beside PyTorch if a Python with it is given, the two in turn in one run:
 * `npm run bench -- [--json] [--torch PYTHON] [--repeats 9]`. Seconds are [least, median, most]; a ratio is ours over
 * PyTorch's better memory layout, of medians.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { startEngine } from "cfg-lib";
import { prepare, type Work } from "./bench/ours";
import { type Layout, LAYOUTS, Torch } from "./bench/torch";

type Spread = [least: number, median: number, most: number];

interface Comparison {
  ours: Spread;
  torch?: Record<Layout, Spread>;
  ratio?: number;
}

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    torch: { type: "string" },
    repeats: { type: "string", default: "9" },
    "only-train": { type: "string" }, // used by the bench itself: train in this process and print its peak memory
  },
});
const repeats = Number(options.repeats);
const STEPS_FOR_MEMORY = 5;

function spread(seconds: number[]): Spread {
  const sorted = [...seconds].sort((a, b) => a - b);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
}

function ratioOf(ours: Spread, torch: Record<Layout, Spread>): number {
  return ours[1] / Math.min(...LAYOUTS.map((layout) => torch[layout][1]));
}

/** Ours and PyTorch's layouts in turn, `repeats` times, after a warm-up of two each. */
async function compare(
  work: Work & ("trainStep" | "forward20"),
  torch: Torch | undefined,
): Promise<Comparison> {
  const run = prepare(work);
  const ours: number[] = [];
  const theirs: Record<Layout, number[]> = { contiguous: [], channelsLast: [] };
  for (let i = -2; i < repeats; i++) {
    tell(`${work}: ${i < 0 ? "warm-up" : `${i + 1} of ${repeats}`}`);
    const seconds = run();
    if (i >= 0) ours.push(seconds);
    for (const layout of LAYOUTS) {
      const [other] = (await torch?.time(work, layout, 1)) ?? [];
      if (i >= 0) theirs[layout].push(other);
    }
  }
  if (!torch) return { ours: spread(ours) };
  const spreads = { contiguous: spread(theirs.contiguous), channelsLast: spread(theirs.channelsLast) };
  return { ours: spread(ours), torch: spreads, ratio: ratioOf(spread(ours), spreads) };
}

/** Ten guided digits, ours against the seed's 300 steps in PyTorch's better layout; the median of three. */
async function compareSampling(
  torch: Torch | undefined,
): Promise<{ ours: number; torch300?: number; ratio?: number }> {
  const run = prepare("sample10");
  const ours: number[] = [];
  const theirs: Record<Layout, number[]> = { contiguous: [], channelsLast: [] };
  for (let i = 0; i < 3; i++) {
    tell(`sample10: ${i + 1} of 3`);
    ours.push(run());
    for (const layout of LAYOUTS) theirs[layout].push(...((await torch?.time("sample300", layout, 1)) ?? []));
  }
  if (!torch) return { ours: spread(ours)[1] };
  const torch300 = Math.min(...LAYOUTS.map((layout) => spread(theirs[layout])[1]));
  return { ours: spread(ours)[1], torch300, ratio: spread(ours)[1] / torch300 };
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
    const torch = new Torch(python);
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

function report(name: string, { ours, torch, ratio }: Comparison): void {
  const ms = (values: Spread): string => values.map((value) => `${(1000 * value).toFixed(0)} ms`).join(" / ");
  console.log(`${name}  (least / median / most)`);
  console.log(`  ours                   ${ms(ours)}`);
  if (torch) for (const layout of LAYOUTS) console.log(`  PyTorch ${layout.padEnd(14)} ${ms(torch[layout])}`);
  if (ratio) console.log(`  ratio                  ${ratio.toFixed(2)}`);
}

async function main(): Promise<void> {
  const { machine } = startEngine();
  if (options["only-train"]) {
    const step = prepare("trainStep");
    for (let i = 0; i < Number(options["only-train"]); i++) step();
    console.log(process.resourceUsage().maxRSS / 1024);
    return;
  }
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new Error(`--repeats is ${options.repeats}; give at least 1.`);
  const torch = options.torch ? new Torch(options.torch) : undefined;
  const trainStep = await compare("trainStep", torch);
  const forward20 = await compare("forward20", torch);
  const sample10 = await compareSampling(torch);
  torch?.close();
  const peakTrainingMB = await comparePeak(options.torch);
  if (options.json) {
    console.log(JSON.stringify({ machine, trainStep, forward20, sample10, peakTrainingMB }));
    return;
  }
  console.log(machine);
  report("training step, batch 128", trainStep);
  report("forward of 20", forward20);
  const { ours, torch300, ratio } = sample10;
  console.log(`ten guided digits, 300 steps: ours ${ours.toFixed(1)} s`);
  if (torch300 && ratio) console.log(`  PyTorch ${torch300.toFixed(1)} s, ratio ${ratio.toFixed(2)}`);
  console.log(`peak memory in training: ours ${peakTrainingMB.ours.toFixed(0)} MB`);
  if (peakTrainingMB.torch)
    console.log(`  PyTorch ${peakTrainingMB.torch.toFixed(0)} MB, ratio ${peakTrainingMB.ratio!.toFixed(2)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
