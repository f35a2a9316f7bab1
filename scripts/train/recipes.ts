/** The recipes that `npm run train` knows by name. */
import type { WeightsInfo } from "cfg-lib";

/** What a recipe decides; the rest (epochs, dropout, seed) are options of the command. */
export interface Recipe extends Pick<
  WeightsInfo,
  "predicts" | "batchSize" | "spread" | "logitNormal" | "noisesPerImage" | "warmupSteps"
> {
  schedule: WeightsInfo["schedule"]["kind"];
  /** 0.001 where it is absent. */
  learningRate?: number;
  /** Whether the learning rate falls to 0 along half a cosine over the run. */
  decay: boolean;
}

/** The seed's recipe, those tried on the way, the repaired one, and the refined one. */
export const RECIPES: Record<string, Recipe> = {
  seed: { schedule: "linear", predicts: "noise", batchSize: 128, decay: false },
  "zero-snr": { schedule: "zero-terminal-snr", predicts: "v", batchSize: 128, decay: false },
  "zero-snr-decay": { schedule: "zero-terminal-snr", predicts: "v", batchSize: 128, decay: true },
  "zero-snr-spread": {
    schedule: "zero-terminal-snr",
    predicts: "v",
    batchSize: 16,
    spread: true,
    decay: true,
  },
  repaired: { schedule: "zero-terminal-snr", predicts: "v", batchSize: 32, decay: true },
  refined: {
    schedule: "zero-terminal-snr",
    predicts: "v",
    batchSize: 32,
    noisesPerImage: 2,
    logitNormal: { mean: 0.4, std: 0.9 },
    learningRate: 0.002,
    warmupSteps: 200,
    decay: true,
  },
};

/**
 * The recipe of that name.
 * @throws RangeError with the names there are
 */
export function recipeOf(name: string): Recipe {
  if (!Object.hasOwn(RECIPES, name))
    throw new RangeError(`--recipe is ${name}; there are ${Object.keys(RECIPES).join(", ")}.`);
  return RECIPES[name];
}
