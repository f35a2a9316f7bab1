/**
 * Trains the networks of the bug gallery whose mistake was made in training, a third of an epoch each: `npm run gallery -- --out FOLDER`. Writes the moving
 * average of the weights (float16) and the log of each, as they ship in `lib/weights/`. `--table 3` prints what is measured
 * of each mystery, over three seeds.
 */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import {
  initialStateDict,
  LossLog,
  RECIPES,
  saveWeights,
  startEngine,
  train,
  trainedSchedule,
  Trainer,
  unetShapes,
  type WeightsInfo,
} from "cfg-lib";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";
import { TRAINING_MISTAKES } from "cfg-lib/dist/gallery/training-mistakes";
import { emaDecayOf } from "cfg-lib/dist/recipe";
import { batches, loadMnist } from "mnist-data-loader";
import { printTable } from "./gallery/table";
import { folderOption, numberOption, readOptions, runCommand, wordOption } from "./options";

const NAMES = Object.keys(TRAINING_MISTAKES);
const USAGE = `npm run gallery -- [--out checkpoints] [--steps 625] [--table 3] [--only ${NAMES.join(" | ")}]`;

const options = readOptions({
  out: { type: "string", default: "checkpoints" },
  steps: { type: "string", default: "625" },
  table: { type: "string" },
  only: { type: "string" },
  help: { type: "boolean", default: false },
});

/** One network: the small recipe, but for how a batch is drawn. */
function trainOne(name: string, out: string, steps: number): void {
  const { schedule: kind, decay, network, averageShare, ...recipe } = RECIPES.small;
  const dataset = loadMnist({ split: "train" });
  const stepsPerEpoch = batches(dataset, { batchSize: recipe.batchSize }).length;
  const emaDecay = emaDecayOf({ averageShare }, steps);
  const info: WeightsInfo = {
    recipe: `gallery-${name}`,
    schedule: { kind, timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
    ...{ ...recipe, learningRate: recipe.learningRate ?? 0.001, labelDropout: 0.1 },
    ...(decay && { decaySteps: steps }),
    ...{ steps, step: steps, stepsPerEpoch, seed: 0, emaDecay },
  };
  const trainer = new Trainer({
    start: initialStateDict(0, unetShapes(network)),
    learningRate: info.learningRate,
    emaDecay,
  });
  const log = new LossLog();
  const began = performance.now();
  for (const { step, loss } of train(trainer, {
    ...recipe,
    batches: (where) => batches(dataset, { ...where, batchSize: recipe.batchSize, seed: 0 }),
    schedule: trainedSchedule(info),
    steps,
    decaySteps: info.decaySteps,
    draw: TRAINING_MISTAKES[name],
  })) {
    log.add(loss);
    if (step % 100 === 0) console.log(`${name}: step ${step} of ${steps}`);
  }
  const seconds = (performance.now() - began) / 1000;
  saveWeights(
    path.join(out, `gallery-${name}.safetensors`),
    { state: trainer.emaStateDict(), info },
    { dtype: "F16" },
  );
  const losses = Array.from(log.values(), (loss) => Number(loss.toFixed(5)));
  const { machine } = startEngine();
  const facts = { ...info, epochMeans: log.epochMeans(stepsPerEpoch), seconds, machine, losses };
  const text = `${JSON.stringify(facts)}\n`;
  writeFileAtomic(path.join(out, `gallery-${name}-log.json`), new TextEncoder().encode(text));
  trainer.dispose();
}

function main(): void {
  if (options.table !== undefined) {
    printTable(numberOption("table", options.table, { whole: true, min: 1 }));
    return;
  }
  const out = folderOption("out", options.out);
  const steps = numberOption("steps", options.steps, { whole: true, min: 1 });
  const names = options.only === undefined ? NAMES : [wordOption("only", options.only, NAMES)];
  mkdirSync(out, { recursive: true });
  startEngine();
  for (const name of names) trainOne(name, out, steps);
}

void runCommand(main, options.help ? USAGE : undefined);
