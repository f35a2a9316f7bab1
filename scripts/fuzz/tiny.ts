/** The smallest network, and facts of a training, for files that are quickly read. */
import type { UnetDescription, WeightsInfo } from "cfg-lib";

/** The smallest network that the library builds. */
export const TINY: UnetDescription = { patch: 4, channels: [1, 1], conditionLength: 2, upKernel: 2 };

export const INFO: WeightsInfo = {
  recipe: "seed",
  schedule: { kind: "linear", timesteps: 300, betaStart: 1e-4, betaEnd: 0.02 },
  predicts: "noise",
  labelDropout: 0.1,
  batchSize: 128,
  learningRate: 1e-3,
  step: 3,
  stepsPerEpoch: 468,
  seed: 0,
  emaDecay: null,
};
