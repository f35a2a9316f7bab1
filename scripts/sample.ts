/**
 * Samples digits from a terminal:
 * `npm run sample -- --scale 2 --digits 0123456789 --n 20 --seed 5 --out s.npy [--png s.png]`.
 * The .npy holds float32 [n * digits, 32, 32] in [-1, 1], the digits in order, n of each.
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import { atlas, loadModel, sample, startEngine, writeFileAtomic, writeNpy } from "cfg-lib";

const USAGE = `npm run sample -- --out FILE.npy [--png FILE.png] [--scale 2] [--digits 0123456789] [--n 1] [--seed 0]
  [--weights seed | FILE.safetensors] [--sampler ddpm] [--steps 300]`;

const { values: options } = parseArgs({
  options: {
    scale: { type: "string", default: "2" },
    digits: { type: "string", default: "0123456789" },
    n: { type: "string", default: "1" },
    seed: { type: "string", default: "0" },
    weights: { type: "string", default: "seed" },
    sampler: { type: "string", default: "ddpm" },
    steps: { type: "string" },
    out: { type: "string" },
    png: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** Images that go through the network at a time: more need more memory and are not faster. */
const BATCH = 100;

function main(): void {
  const { out, png, digits, sampler } = options;
  if (!out && !png) throw new Error(`Give a file to write.\n${USAGE}`);
  if (!/^[0-9]+$/.test(digits)) throw new Error(`--digits is ${digits}; give digits, such as 0123456789.`);
  if (sampler !== "ddpm") throw new Error(`--sampler is ${sampler}; there is ddpm.`);
  const n = Number(options.n);
  if (!Number.isInteger(n) || n < 1)
    throw new Error(`--n is ${options.n}; give a whole number of at least 1.`);
  const labels = Array.from(digits).flatMap((digit) => new Array<number>(n).fill(Number(digit)));

  startEngine();
  const { predict, schedule } = loadModel(options.weights);
  const images = new Float32Array(labels.length * 32 * 32);
  for (let first = 0; first < labels.length; first += BATCH) {
    const batch = labels.slice(first, first + BATCH);
    const noiseIndices = batch.map((_, i) => first + i);
    const steps = options.steps === undefined ? undefined : Number(options.steps);
    const run = sample({
      ...{ predict, schedule, labels: batch, noiseIndices, steps },
      guidanceScale: Number(options.scale),
      seed: Number(options.seed),
    });
    const started = performance.now();
    for (let next = run.next(); ; next = run.next()) {
      if (next.done) {
        images.set(next.value.images.map(clamp), first * 32 * 32);
        break;
      }
      const { step, steps: all } = next.value;
      if (step % 30 !== 29) continue;
      const left = ((performance.now() - started) / 1000 / (step + 1)) * (all - step - 1);
      const range = `digits ${first + 1} to ${first + batch.length} of ${labels.length}`;
      console.log(`${range}: step ${step + 1} of ${all}, about ${Math.ceil(left)} s left`);
    }
  }
  if (out) writeNpy(out, images, [labels.length, 32, 32]);
  if (png) writePng(png, images, n);
  console.log(`Wrote ${[out, png].filter(Boolean).join(" and ")}.`);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

/** A grid with a row for each digit. */
function writePng(file: string, images: Float32Array, columns: number): void {
  const count = images.length / (32 * 32);
  const pictures = Array.from({ length: count }, (_, i) => images.subarray(i * 1024, (i + 1) * 1024));
  const uri = atlas(pictures, { rows: count / columns, columns, size: 32, range: [-1, 1] });
  writeFileAtomic(path.resolve(file), Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64"));
}

try {
  if (options.help) console.log(USAGE);
  else main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
