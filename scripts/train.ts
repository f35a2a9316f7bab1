/**
 * Trains the U-Net from a terminal: `npm run train -- --out FOLDER`. Stop with Ctrl+C and start again: it goes on where
 * it was. At the end of every epoch, and of the run, the plain and the EMA weights are written as safetensors.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import {
  type Checkpoint,
  initialStateDict,
  linearSchedule,
  loadCheckpoint,
  LossLog,
  saveCheckpoint,
  saveWeights,
  startEngine,
  train,
  Trainer,
  type WeightsInfo,
  writeFileAtomic,
} from "cfg-lib";
import { batches, loadMnist } from "mnist-data-loader";

const USAGE = `npm run train -- [--out FOLDER] [--epochs 5] [--batch-size 128] [--learning-rate 0.001]
  [--label-dropout 0.1] [--seed 0] [--recipe seed] [--data FOLDER] [--save-every 100]`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "checkpoints" },
    epochs: { type: "string", default: "5" },
    "batch-size": { type: "string", default: "128" },
    "learning-rate": { type: "string", default: "0.001" },
    "label-dropout": { type: "string", default: "0.1" },
    seed: { type: "string", default: "0" },
    recipe: { type: "string", default: "seed" },
    data: { type: "string" },
    "save-every": { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/** Throws if a checkpoint was made with other settings than those asked for. */
function checkSameRecipe(found: WeightsInfo, asked: WeightsInfo, file: string): void {
  const facts = ({ step: _, emaDecay: __, ...info }: WeightsInfo): string => JSON.stringify(info);
  if (facts(found) !== facts(asked)) {
    throw new Error(
      `${file} was made with other settings:\n  found ${facts(found)}\n  asked ${facts(asked)}\n` +
        "Give the same settings, or another folder with --out.",
    );
  }
}

function run(): void {
  const [epochs, batchSize, seed] = [Number(values.epochs), Number(values["batch-size"]), Number(values.seed)];
  const [learningRate, labelDropout] = [Number(values["learning-rate"]), Number(values["label-dropout"])];
  const saveEvery = Number(values["save-every"]);
  mkdirSync(values.out, { recursive: true });
  const dataset = loadMnist({ split: "train", dir: values.data });
  const stepsPerEpoch = batches(dataset, { batchSize }).length;
  const schedule = { kind: "linear", timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 } as const;
  const recipe = { recipe: values.recipe, schedule, predicts: "noise", labelDropout, batchSize, learningRate } as const;
  const info: WeightsInfo = { ...recipe, step: 0, stepsPerEpoch, seed, emaDecay: null };

  const checkpointFile = path.join(values.out, "checkpoint.safetensors");
  const earlier = loadCheckpoint(checkpointFile);
  if (earlier) checkSameRecipe(earlier.info, info, checkpointFile);
  const engine = startEngine();
  const trainer = new Trainer({ start: earlier?.state ?? initialStateDict(seed), learningRate });
  const log = new LossLog(earlier?.losses);
  const startTime = performance.now();
  const seconds = (): number => (earlier?.seconds ?? 0) + (performance.now() - startTime) / 1000;
  if (earlier) console.log(`Going on after step ${trainer.step}.`);

  const save = (): void => {
    const checkpoint: Checkpoint = { state: trainer.state(), info, losses: log.values(), seconds: seconds() };
    saveCheckpoint(checkpointFile, checkpoint);
  };
  const saveEpoch = (epoch: number): void => {
    const facts = { ...info, step: trainer.step };
    saveWeights(path.join(values.out, `epoch-${epoch}.safetensors`), { state: trainer.stateDict(), info: facts });
    const ema = { state: trainer.emaStateDict(), info: { ...facts, emaDecay: 0.999 } };
    saveWeights(path.join(values.out, `epoch-${epoch}-ema.safetensors`), ema);
    const epochMeans = log.epochMeans(stepsPerEpoch);
    const told = { ...facts, epochMeans, seconds: seconds(), machine: engine.machine, tensorflow: engine.tensorflow };
    const text = JSON.stringify({ ...told, commit: commit(), losses: Array.from(log.values()) });
    writeFileAtomic(path.join(values.out, "log.json"), new TextEncoder().encode(`${text}\n`));
  };

  let stop = false;
  process.on("SIGINT", () => (stop = true));
  void (async () => {
    const epochBatches = (where: { epoch: number; startBatch: number }): ReturnType<typeof batches> =>
      batches(dataset, { ...where, batchSize, seed });
    for (const { step, steps, epoch, batch, loss } of train(trainer, {
      batches: epochBatches,
      schedule: linearSchedule(schedule),
      epochs,
      labelDropout,
      seed,
    })) {
      log.add(loss);
      const isEpochEnd = batch === stepsPerEpoch - 1;
      if (step % 20 === 0 || isEpochEnd) {
        const recent = log.values().slice(-20);
        const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
        const perStep = (seconds() - (earlier?.seconds ?? 0)) / (step - (earlier?.info.step ?? 0));
        const left = Math.ceil((perStep * (steps - step)) / 60);
        console.log(`step ${step} of ${steps}   loss ${mean.toFixed(4)} (mean of the last 20)   ${left} min left`);
      }
      if (isEpochEnd) {
        saveEpoch(epoch + 1);
        console.log(`epoch ${epoch + 1}: mean loss ${log.epochMeans(stepsPerEpoch)[epoch].toFixed(4)}`);
      }
      if (step % saveEvery === 0 || isEpochEnd || stop) save();
      if (stop) {
        console.log(`Stopped after step ${step}; the checkpoint is written. The same command goes on from there.`);
        break;
      }
      await new Promise((resolve) => setImmediate(resolve)); // lets Ctrl+C be seen
    }
    if (!stop) console.log(`Done: ${trainer.step} steps. The weights are in ${values.out}.`);
    process.exit(0);
  })().catch(fail);
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

if (values.help) console.log(USAGE);
else {
  try {
    run();
  } catch (error) {
    fail(error);
  }
}
