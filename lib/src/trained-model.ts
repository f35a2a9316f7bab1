/** The U-Net with its weights as a model. */
import { createModel, type Model, type Predict } from "./model";
import { trainedSchedule, type WeightsInfo } from "./recipe";
import { CFGUnet } from "./unet/cfg-unet";
import type { Weights } from "./weights/decode-weights";

/** A network with its weights, ready to sample. It holds tensors: call `dispose` when it is no longer needed. */
export interface TrainedModel extends Model {
  readonly net: CFGUnet;
  /** How it was trained. */
  readonly info: WeightsInfo;
  dispose(): void;
}

/**
 * The model of weights, with what belongs to them: the schedule and what the network predicts.
 * @example
 * const untrained = cfg.trainedModel({ state: cfg.initialStateDict(0, cfg.unetShapes()), info: model.info });
 * untrained.predicts // "v"
 */
export function trainedModel({ state, info }: Weights): TrainedModel {
  const net = new CFGUnet({ state });
  const predict: Predict = (x, t, labels, guidanceScale) => net.predict(x, t, labels, { guidanceScale });
  const model = createModel(predict, {
    predicts: info.predicts,
    guided: net.description.guided,
    schedule: trainedSchedule(info),
  });
  return { ...model, net, info, dispose: () => net.dispose() };
}
