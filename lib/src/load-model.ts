/** Models from files. Node only. */
import { type TrainedModel, trainedModel } from "./trained-model";
import { loadWeights } from "./weights/files";

/**
 * Loads a model.
 * @param weights a path, or the name of weights that ship with the package ("seed", "repaired-ema", ...), or of one's own (`saveModel`)
 * @throws Error that names the file and what is wrong with it
 * @example
 * cfg.loadModel("seed").info.recipe // "seed"
 */
export function loadModel(weights: string): TrainedModel {
  return trainedModel(loadWeights(weights));
}
