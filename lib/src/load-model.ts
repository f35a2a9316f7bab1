/** Models from weights. Node only. */
import { createModel, type Model } from "./model";
import { trainedSchedule, type WeightsInfo } from "./recipe";
import { CFGUnet } from "./unet/cfg-unet";
import { loadWeights } from "./weights/files";

/** A network with its weights, ready to sample. It holds tensors: call `dispose` when it is no longer needed. */
export interface TrainedModel extends Model {
  readonly net: CFGUnet;
  /** How it was trained. */
  readonly info: WeightsInfo;
  dispose(): void;
}

/**
 * Loads weights and takes from them what belongs to them: the schedule and what the network predicts.
 * @param weights a path, or the name of weights that ship with the package ("seed", "repaired-ema", ...)
 * @throws Error that names the file and what is wrong with it
 * @example
 * const seed = cfg.loadModel("seed");
 * [seed.predicts, seed.schedule.timesteps] // ["noise", 300]
 */
export function loadModel(weights: string): TrainedModel {
  const { state, info } = loadWeights(weights);
  const net = new CFGUnet({ state });
  const model = createModel((x, t, labels) => net.predict(x, t, labels), {
    predicts: info.predicts,
    schedule: trainedSchedule(info),
  });
  return { ...model, net, info, dispose: () => net.dispose() };
}
