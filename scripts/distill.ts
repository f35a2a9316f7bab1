/**
 * Distils guidance into one pass: `npm run distill -- --out FOLDER`. The small network, as it ships, teaches one of its form
 * that takes w as an input. Writes the moving average of the weights (float16) and the log, as they ship in `lib/weights/`.
 */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { loadModel, LossLog, saveWeights, startEngine, train, Trainer, type WeightsInfo } from "cfg-lib";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { drawFromTeacher, guidedStart } from "cfg-lib/dist/training/distillation";
import { batches, loadMnist } from "mnist-data-loader";
import { folderOption, numberOption, readOptions, runCommand } from "./options";

const USAGE = "npm run distill -- [--out checkpoints] [--steps 12000] [--seed 0]";

const options = readOptions({
  out: { type: "string", default: "checkpoints" },
  steps: { type: "string", default: "12000" },
  seed: { type: "string", default: "0" },
  help: { type: "boolean", default: false },
});

/** Images a batch, the peak of the learning rate, and the average's length as a share of the run. */
const [BATCH_SIZE, LEARNING_RATE, AVERAGE_SHARE] = [32, 0.002, 0.04];

function main(): void {
  const out = folderOption("out", options.out);
  const steps = numberOption("steps", options.steps, { whole: true, min: 1 });
  const seed = numberOption("seed", options.seed, { whole: true, min: 0 });
  mkdirSync(out, { recursive: true });
  const { machine } = startEngine();
  const teacher = loadModel("small");
  const dataset = loadMnist({ split: "train" });
  const emaDecay = 1 - 1 / Math.max(1, AVERAGE_SHARE * steps);
  const info: WeightsInfo = {
    recipe: "guided",
    schedule: teacher.info.schedule,
    predicts: teacher.predicts,
    labelDropout: 0,
    batchSize: BATCH_SIZE,
    spread: true,
    learningRate: LEARNING_RATE,
    warmupSteps: 100,
    decaySteps: steps,
    ...{
      steps,
      step: steps,
      stepsPerEpoch: batches(dataset, { batchSize: BATCH_SIZE }).length,
      seed,
      emaDecay,
    },
  };
  const trainer = new Trainer({
    start: guidedStart(teacher, seed),
    learningRate: LEARNING_RATE,
    emaDecay,
  });
  const log = new LossLog();
  const began = performance.now();
  for (const { step, loss } of train(trainer, {
    ...{ steps, decaySteps: steps, warmupSteps: info.warmupSteps, spread: true, seed },
    schedule: teacher.schedule,
    predicts: teacher.predicts,
    batches: (where) => batches(dataset, { ...where, batchSize: BATCH_SIZE, seed }),
    draw: drawFromTeacher(teacher),
  })) {
    log.add(loss);
    if (step % 500 === 0) console.log(`step ${step} of ${steps}, ${lastMean(log).toExponential(2)}`);
  }
  const seconds = (performance.now() - began) / 1000;
  const state = trainer.emaStateDict();
  saveWeights(path.join(out, "guided.safetensors"), { state, info }, { dtype: "F16" });
  const losses = Array.from(log.values(), (loss) => Number(loss.toPrecision(4)));
  const text = `${JSON.stringify({ ...info, seconds, machine, losses })}\n`;
  writeFileAtomic(path.join(out, "guided-log.json"), new TextEncoder().encode(text));
  console.log(`Done in ${seconds.toFixed(0)} s: guided.safetensors in ${out}.`);
}

/** The mean of the last 200 losses. */
function lastMean(log: LossLog): number {
  const last = log.values().slice(-200);
  return last.reduce((sum, loss) => sum + loss / last.length, 0);
}

void runCommand(main, options.help ? USAGE : undefined);
