/**
 * Samples digits from a terminal:
 * `npm run sample -- --scale 2 --digits 0123456789 --n 20 --seed 5 --out s.npy [--png s.png]`.
 * The .npy holds float32 [n * digits, 32, 32] in [-1, 1], the digits in order, n of each.
 */
import { atlas } from "cfg-lib/dist/plots/atlas";
import { checkPoints } from "cfg-lib/dist/study/sweep";
import { DEFAULT_STEPS, SAMPLER_NAMES } from "cfg-lib/dist/study/sampler-names";
import { IMAGE_SIZE } from "cfg-lib/dist/digits";
import {
  loadModel,
  meanImage,
  PIXELS,
  sampleMany,
  type SamplerName,
  samplerOf,
  startEngine,
  writeNpy,
} from "cfg-lib";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { loadMnist } from "mnist-data-loader";
import { fileOption, numberOption, readOptions, runCommand, wordOption } from "./options";

const USAGE = `npm run sample -- --out FILE.npy [--png FILE.png] [--scale 1.25] [--digits 0123456789] [--n 1] [--seed 0]
  [--weights repaired-ema | seed | FILE.safetensors] [--sampler ${SAMPLER_NAMES.join(" | ")}] [--steps N]
  [--start noise | training-end]`;

const options = readOptions({
  scale: { type: "string", default: "1.25" },
  digits: { type: "string", default: "0123456789" },
  n: { type: "string", default: "1" },
  seed: { type: "string", default: "0" },
  weights: { type: "string", default: "repaired-ema" },
  sampler: { type: "string", default: "dpm-solver" },
  steps: { type: "string" },
  start: { type: "string", default: "noise" },
  out: { type: "string" },
  png: { type: "string" },
  help: { type: "boolean", default: false },
});

/** The most digits that are sampled in one run: 400 MB. */
const MOST_DIGITS = 100_000;

/** The options, checked. */
function readSettings() {
  const { digits, weights } = options;
  const out = options.out === undefined ? undefined : fileOption("out", options.out);
  const png = options.png === undefined ? undefined : fileOption("png", options.png);
  if (out === undefined && png === undefined) throw new Error(`Give a file to write.\n${USAGE}`);
  if (out === png) throw new Error(`--out and --png are both ${options.out}; give two files.`);
  if (!/^[0-9]+$/.test(digits))
    throw new Error(`--digits is ${digits || "empty"}; give digits, such as 0123456789.`);
  const most = Math.floor(MOST_DIGITS / digits.length);
  const n = numberOption("n", options.n, { whole: true, min: 1, max: most });
  const sampler = samplerOf(options.sampler).name as SamplerName;
  const point = {
    weights,
    sampler,
    steps: numberOption("steps", options.steps ?? String(DEFAULT_STEPS[sampler]), { whole: true, min: 1 }),
    scale: numberOption("scale", options.scale),
    seed: numberOption("seed", options.seed, { whole: true }),
    start: wordOption("start", options.start, ["noise", "training-end"]),
  };
  checkPoints([{ ...point, rule: { rule: "plain" }, n: 20 }]); // the weights, and what must fit them; n has its own check
  return { out, png, digits, n, ...point };
}

function main(): void {
  const { out, png, digits, n, weights, sampler, steps, scale, seed, start } = readSettings();
  const labels = Array.from(digits).flatMap((digit) => new Array<number>(n).fill(Number(digit)));
  startEngine();
  const run = sampleMany(loadModel(weights), {
    labels,
    sampler: samplerOf(sampler),
    steps,
    guidanceScale: scale,
    seed,
    startImage: start === "training-end" ? meanImage(loadMnist()) : undefined,
  });
  const started = performance.now();
  let lastLine = started;
  let next = run.next();
  for (; !next.done; next = run.next()) {
    const now = performance.now();
    if (now - lastLine < 2000) continue;
    lastLine = now;
    const { step, steps: all } = next.value;
    const left = ((now - started) / 1000 / step) * (all - step);
    console.log(`step ${step} of ${all}, about ${Math.ceil(left)} s left`);
  }
  const images = next.value.map((value) => Math.min(1, Math.max(-1, value)));
  if (out) writeNpy(out, images, [labels.length, IMAGE_SIZE, IMAGE_SIZE]);
  if (png) writePng(png, images, n);
  console.log(`Wrote ${[options.out, options.png].filter(Boolean).join(" and ")}.`);
}

/** A grid with a row for each digit. */
function writePng(file: string, images: Float32Array, columns: number): void {
  const count = images.length / PIXELS;
  const pictures = Array.from({ length: count }, (_, i) => images.subarray(i * PIXELS, (i + 1) * PIXELS));
  const uri = atlas(pictures, { rows: count / columns, columns, size: IMAGE_SIZE, range: [-1, 1] });
  writeFileAtomic(file, Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64"));
}

void runCommand(main, options.help ? USAGE : undefined);
