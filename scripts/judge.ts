/**
 * Trains the judge of generated digits: `npm run judge -- --out FOLDER`. A few minutes; writes judge.safetensors and
 * judge-log.json with what it gets right of the 10,000 test digits.
 */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { encodeSafetensors } from "cfg-lib/dist/weights/safetensors";
import { Judge } from "cfg-lib/dist/judge/judge";
import { startEngine } from "cfg-lib";
import { trainJudge } from "cfg-lib/dist/judge/judge-training";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { batches, loadMnist, toFloat } from "mnist-data-loader";
import { folderOption, numberOption, readOptions, runCommand } from "./options";

const USAGE = "npm run judge -- [--out checkpoints] [--epochs 8] [--seed 0]";

const options = readOptions({
  out: { type: "string", default: "checkpoints" },
  epochs: { type: "string", default: "8" },
  seed: { type: "string", default: "0" },
  help: { type: "boolean", default: false },
});

function main(): void {
  const epochs = numberOption("epochs", options.epochs, { whole: true, min: 1 });
  const seed = numberOption("seed", options.seed, { whole: true, min: 0 });
  const out = folderOption("out", options.out);
  mkdirSync(out, { recursive: true });
  const { machine, tensorflow } = startEngine();
  const [train, test] = [loadMnist({ split: "train" }), loadMnist({ split: "test" })];
  const started = performance.now();
  const run = trainJudge({
    batches: (where) => batches(train, { ...where, batchSize: 128, seed }),
    epochs,
    seed,
  });
  const losses: number[] = [];
  let next = run.next();
  for (; !next.done; next = run.next()) {
    const { step, steps, loss } = next.value;
    losses.push(loss);
    if (step % 50 !== 0 && step !== steps) continue;
    const mean = losses.slice(-50).reduce((sum, one) => sum + one, 0) / Math.min(50, losses.length);
    const left = ((performance.now() - started) / 60_000 / step) * (steps - step);
    console.log(`step ${step} of ${steps}   loss ${mean.toFixed(4)}   ${left.toFixed(1)} min left`);
  }
  const seconds = Math.round((performance.now() - started) / 1000);

  const judge = new Judge(next.value);
  const { labels } = judge.judge(toFloat(test.images));
  judge.dispose();
  const right = labels.reduce((sum, label, i) => sum + (label === test.labels[i] ? 1 : 0), 0);
  const facts = { epochs, batchSize: 128, learningRate: 2e-3, seed, emaDecay: 0.999 };
  const metadata = { format: "pt", judge: JSON.stringify(facts) };
  writeFileAtomic(
    path.join(out, "judge.safetensors"),
    encodeSafetensors(next.value, { metadata, dtype: "F32" }),
  );
  const log = { ...facts, seconds, machine, tensorflow, testRight: right, testCount: test.count, losses };
  writeFileAtomic(path.join(out, "judge-log.json"), new TextEncoder().encode(`${JSON.stringify(log)}\n`));
  console.log(`${right} of ${test.count} test digits right; ${seconds} s. Written to ${out}.`);
}

void runCommand(main, options.help ? USAGE : undefined);
