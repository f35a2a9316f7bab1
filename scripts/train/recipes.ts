/** The recipes that `npm run train` knows by name. */
import type { WeightsInfo } from "cfg-lib";

/** What a recipe decides; the rest (epochs, dropout, seed) are options of the command. */
export interface Recipe {
  schedule: WeightsInfo["schedule"]["kind"];
  predicts: WeightsInfo["predicts"];
  batchSize: number;
  /** Whether each batch's timesteps are spread evenly over the schedule. */
  spread?: boolean;
  /** Whether the learning rate falls to 0 along half a cosine over the run. */
  decay: boolean;
}

/** The seed's recipe, the one whose flaw is repaired, and three others that were tried. */
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
