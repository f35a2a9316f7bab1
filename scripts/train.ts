/**
 * Trains the U-Net from a terminal: `npm run train -- --out FOLDER`. Stop with Ctrl+C and start again: it goes on where
 * it was. At the end of every epoch the plain and the EMA weights are written as safetensors, and the log as JSON.
 */
import { existsSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  initialStateDict,
  loadCheckpoint,
  LossLog,
  startEngine,
  train,
  trainedSchedule,
  Trainer,
  unetShapes,
  type WeightsInfo,
} from "cfg-lib";
import { emaDecayOf, RECIPES } from "cfg-lib/dist/recipe";
import { batches, loadMnist } from "mnist-data-loader";
import { TrainingRecord } from "./train/record";
import { folderOption, numberOption, readOptions, runCommand, wordOption } from "./options";

/** Where a notebook of the work folder finds what was trained: there it is `../checkpoints`. */
const USUAL = path.join("work", "checkpoints");
/** Where versions before kept it. */
const EARLIER = "checkpoints";
const CHECKPOINT = "checkpoint.safetensors";

const USAGE = `npm run train -- [--out ${USUAL}] [--recipe ${Object.keys(RECIPES).join(" | ")}]
  [--epochs 5] [--batch-size 128, or the recipe's] [--learning-rate 0.001, or the recipe's] [--label-dropout 0.1] [--seed 0] [--data FOLDER] [--save-every 100]`;

const options = readOptions({
  out: { type: "string", default: isRunIn(EARLIER) && !isRunIn(USUAL) ? EARLIER : USUAL },
  epochs: { type: "string", default: "5" },
  "batch-size": { type: "string" },
  "learning-rate": { type: "string" },
  "label-dropout": { type: "string", default: "0.1" },
  seed: { type: "string", default: "0" },
  recipe: { type: "string", default: "seed" },
  data: { type: "string" },
  "save-every": { type: "string", default: "100" },
  help: { type: "boolean", default: false },
});

/** Whether a training can be gone on with in a folder. */
function isRunIn(folder: string): boolean {
  return existsSync(path.join(folder, CHECKPOINT));
}

/** The options, checked. */
function readSettings() {
  const { schedule, decay, network, averageShare, ...recipe } =
    RECIPES[wordOption("recipe", options.recipe, Object.keys(RECIPES))];
  const { "batch-size": batchSize, "learning-rate": learningRate, data } = options;
  if (batchSize !== undefined)
    recipe.batchSize = numberOption("batch-size", batchSize, { whole: true, min: 1 });
  return {
    recipe,
    schedule,
    decay,
    network,
    averageShare,
    learningRate:
      learningRate === undefined
        ? (recipe.learningRate ?? 0.001)
        : numberOption("learning-rate", learningRate, { above: 0 }),
    labelDropout: numberOption("label-dropout", options["label-dropout"], { min: 0, max: 1 }),
    epochs: numberOption("epochs", options.epochs, { whole: true, min: 1 }),
    seed: numberOption("seed", options.seed, { whole: true, min: 0 }),
    saveEvery: numberOption("save-every", options["save-every"], { whole: true, min: 1 }),
    out: folderOption("out", options.out),
    data,
  };
}

/** Throws if a checkpoint was made with other settings than those asked for. */
function checkSameRecipe(found: WeightsInfo, asked: WeightsInfo, file: string): void {
  const [made, wanted] = [found, asked].map((info) => ({ ...info, step: 0 }));
  if (isDeepStrictEqual(made, wanted)) return;
  throw new Error(
    `${file} was made with other settings:\n  found ${JSON.stringify(made)}\n  asked ${JSON.stringify(wanted)}\n` +
      "Give the same settings, or another folder with --out.",
  );
}

async function main(): Promise<void> {
  const {
    recipe,
    schedule: kind,
    decay,
    network,
    averageShare,
    out,
    data,
    saveEvery,
    ...settings
  } = readSettings();
  const { learningRate, labelDropout, epochs, seed } = settings;
  const { batchSize } = recipe;
  const dataset = loadMnist({ split: "train", dir: data });
  if (batchSize > dataset.count)
    throw new Error(`--batch-size is ${batchSize}; there are ${dataset.count} images: give at most as many.`);
  const stepsPerEpoch = batches(dataset, { batchSize }).length;
  const info: WeightsInfo = {
    recipe: options.recipe,
    schedule: { kind, timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
    ...recipe,
    labelDropout,
    learningRate,
    ...(decay && { decaySteps: epochs * stepsPerEpoch }),
    step: 0,
    stepsPerEpoch,
    seed,
    emaDecay: null,
  };

  const file = path.join(out, CHECKPOINT);
  const earlier = loadCheckpoint(file);
  if (earlier) checkSameRecipe(earlier.info, info, file);
  mkdirSync(out, { recursive: true });
  const engine = startEngine();
  const trainer = new Trainer({
    start: earlier?.state ?? initialStateDict(seed, unetShapes(network)),
    learningRate,
    emaDecay: emaDecayOf({ averageShare }, epochs * stepsPerEpoch),
  });
  const log = new LossLog(earlier?.losses);
  const record = new TrainingRecord({
    folder: out,
    trainer,
    log,
    info,
    engine,
    secondsBefore: earlier?.seconds,
  });
  if (earlier) console.log(`Going on after step ${trainer.step}.`);

  const stop = { asked: false };
  process.once("SIGINT", () => (stop.asked = true));
  try {
    for (const { step, steps, epoch, batch, loss } of train(trainer, {
      batches: (where) => batches(dataset, { ...where, batchSize, seed }),
      ...recipe,
      schedule: trainedSchedule(info),
      epochs,
      labelDropout,
      decaySteps: info.decaySteps,
      seed,
    })) {
      log.add(loss);
      const isEpochEnd = batch === stepsPerEpoch - 1;
      if (step % 20 === 0 || isEpochEnd) console.log(record.progress(steps));
      if (isEpochEnd) console.log(record.saveEpoch(epoch));
      if (step % saveEvery === 0 || isEpochEnd || stop.asked) record.saveCheckpoint(file);
      if (stop.asked) break;
      await new Promise((resolve) => setImmediate(resolve)); // lets Ctrl+C be seen
    }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${record.lastCheckpoint(file)}`, { cause: error });
  }
  console.log(
    stop.asked
      ? `Stopped after step ${trainer.step}; the checkpoint is written. The same command goes on from there.`
      : `Done: ${trainer.step} steps. The weights are in ${out}.`,
  );
  if (!stop.asked && path.normalize(out) === USUAL)
    console.log(`In a notebook: cfg.loadModel("../checkpoints/epoch-${epochs}-ema.safetensors")`);
}

void runCommand(main, options.help ? USAGE : undefined);
