/** A trained network with the schedule that it was trained on: what a cell needs to sample. Node only. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Predict, Predicts } from "./prediction";
import { checkTimesteps, type Schedule } from "./schedule";
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
  const { predicts } = info;
  const schedule = trainedSchedule(info);
  const ask = (x: tf.Tensor4D, t: number, labels: number[]): tf.Tensor4D => {
    checkTimesteps(schedule, [t]);
    return net.predict(x, t, labels);
  };
  const predict: Predict = Object.assign(ask, { predicts, schedule });
  return {
    net,
    predict,
    predicts,
    schedule,
    info,
    dispose: () => net.dispose(),
  };
}
