/** A trained network with the schedule that it was trained on: what a cell needs to sample. Node only. */
import type { Predicts } from "./prediction";
import type { Schedule } from "./schedule";
import type { Predict } from "./samplers/guided-prediction";
import { CFGUnet } from "./unet/cfg-unet";
import { loadWeights } from "./weights/files";
import { trainedSchedule, type WeightsInfo } from "./weights/info";

/** A network ready to sample: `sample({ ...model, labels })`. Call `dispose` when it is no longer needed. */
export interface Model {
  net: CFGUnet;
  /** The network, as the samplers take it, what it predicts, and the schedule it was trained on. */
  predict: Predict;
  predicts: Predicts;
  schedule: Schedule;
  info: WeightsInfo;
  dispose(): void;
}

/**
 * Loads weights and takes from them what belongs to them: the schedule and what the network predicts.
 * @param weights a path, or the name of weights that ship with the package ("seed", "seed-ema", ...)
 */
export function loadModel(weights: string): Model {
  const { state, info } = loadWeights(weights);
  const net = new CFGUnet({ state });
  return {
    net,
    predict: (x, t, labels) => net.predict(x, t, labels),
    predicts: info.predicts,
    schedule: trainedSchedule(info),
    info,
    dispose: () => net.dispose(),
  };
}
