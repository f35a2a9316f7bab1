/** Everything that runs in a browser page too: no Node module, no Jupyter, no backend by name. */

// Digits: what an image is, the label that asks for none, and randomness from a seed.
export { IMAGE_SHAPE, NULL_LABEL, PIXELS } from "./digits";
export { normal, uniform, uniformIntegers } from "./random";
export { largestDifference } from "./largest-difference";
export { pickImages, separateImages, stackRows } from "./images";

// Noise: how much of it each timestep has, and what follows from a prediction of it.
export {
  addNoise,
  linearSchedule,
  predictX0,
  type Schedule,
  trailingTimesteps,
  zeroTerminalSnrSchedule,
} from "./schedule";
export { convertPrediction, type Predicts } from "./prediction";
export { weightedSum } from "./weighted-sum";

// Models: what predicts, what it predicts, and on which schedule.
export { createModel, type Model, type Predict } from "./model";
export { type TrainedModel, trainedModel } from "./trained-model";

// Guidance: two predictions become one.
export { fromHoSalimans, guide, plain, toHoSalimans } from "./guidance/plain";
export { guidedPrediction } from "./guidance/guided-prediction";
export {
  type Combine,
  customRule,
  type GuidanceRule,
  type OnePredictionRule,
  type Place,
  placesOf,
  type RuleContext,
} from "./guidance/rule";
export { apg } from "./guidance/apg";
export { autoguidance, withAutoguidance } from "./guidance/autoguidance";
export { cfgPlusPlus, cfgPlusPlusToPlain } from "./guidance/cfg-plus-plus";
export { cfgZeroStar } from "./guidance/cfg-zero-star";
export { inSpace } from "./guidance/in-space";
export { rescaled } from "./guidance/rescaled";
export { cosineRamp, limitedInterval, linearRamp, scaleOverTime } from "./guidance/scale-over-time";

// Samplers: from noise to images.
export { runToEnd, sample, sampleAll, type Samples } from "./samplers/sample";
export type { SampleOptions } from "./samplers/sample-options";
export type { SamplingStep } from "./samplers/sampling-step";
export { sampleMany } from "./samplers/many";
export type { Move, Sampler } from "./samplers/sampler";
export { ddim, ddimStep } from "./samplers/ddim";
export { ddpm, ddpmStep } from "./samplers/ddpm";
export { dpmSolver, dpmSolverStep, sdeDpmSolver } from "./samplers/dpm-solver";
export { uniPc } from "./samplers/unipc";
export { clipX0, dynamicThreshold } from "./samplers/thresholding";
export { seededNoise } from "./samplers/noise";

// The U-Net and its weights.
export { CFGUnet } from "./unet/cfg-unet";
export { sinusoidalEmbedding } from "./unet/embedding";
export { describeUnet, seedUnet, smallUnet, type UnetDescription } from "./unet/description";
export { parameterCount, unetShapes } from "./unet/shapes";
export { depthToSpace, spaceToDepth } from "./engine/ops";
export { evaluationLayers } from "./nn/layers";
export { fromStateDict, initialStateDict } from "./nn/parameters";
export type { StateDict } from "./nn/state-dict";
export { decodeWeights } from "./weights/decode-weights";

// Training, with labels dropped.
export { type Recipe, RECIPES, trainedSchedule, type WeightsInfo } from "./recipe";
export { type LabelledImages, logitNormalTimesteps, noisyBatch } from "./training/batch";
export { dropLabels } from "./training/label-dropout";
export { denoisingLoss, predictTraining } from "./training/denoising-loss";
export { Trainer } from "./training/trainer";
export { train } from "./training/train";
export { LossLog } from "./training/loss-log";

// The judge, and what is measured with it.
export { frechetDistance, momentsOf } from "./measures/frechet";
export { meanInterval, type Measured, measuredText, wilsonInterval } from "./measures/intervals";
export { nearestImages } from "./measures/neighbours";
export { score, type Score } from "./measures/score";

// Figures.
export { barChart } from "./plots/bar-chart";
export { digitGrid } from "./plots/digit-grid";
export { guidanceLine } from "./plots/guidance-line";
export { heatmap } from "./plots/heatmap";
export { histogram } from "./plots/histogram";
export { lineChart } from "./plots/line-chart";
export { lossChart } from "./plots/loss-chart";
export { scheduleChart } from "./plots/schedule-chart";
