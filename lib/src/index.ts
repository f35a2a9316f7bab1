/** The course's library for Node and its notebooks: the core, the engine that runs it, files and Jupyter. */
export * from "./core";

// The engine: TensorFlow for this machine.
export { type EngineInfo, startEngine } from "./engine/start";

// Models and training runs on disk.
export { loadModel } from "./load-model";
export { loadJudge } from "./judge/load-judge";
export { loadWeights, saveWeights, shippedFile } from "./weights/files";
export { loadCheckpoint, saveCheckpoint } from "./training/checkpoint";
export { readNpy, writeNpy } from "./files/npy";
export { writeFileAtomic } from "./files/atomic";

// In a notebook: figures, tables, and loops that tell how far they are.
import "./notebook/results";
export { liveFigure } from "./notebook/live-figure";
export { progress } from "./notebook/progress";
export { type PlotlyFigure, show } from "./notebook/show";
export { showDigits } from "./notebook/show-digits";
export { table } from "./notebook/table";

// The study: points that were measured, and how more are.
export {
  type Floor,
  floorOf,
  imagesInParts,
  labelsFor,
  meanImage,
  mnistReference,
} from "./study/mnist-reference";
export {
  addStudy,
  findPoint,
  floorIn,
  hashOf,
  type Point,
  pointsOf,
  type PointSettings,
  readStudy,
  shippedStudy,
  type Study,
  writeStudy,
} from "./study/study";
export { CHOSEN_ON } from "./study/choose";
export { FIRST, GRIDS } from "./study/grids";
export { RULE_NAMES, ruleOf, type RuleSettings } from "./study/rule-settings";
export { DEFAULT_STEPS, SAMPLER_NAMES, type SamplerName, samplerOf } from "./study/sampler-names";
export { scoreSeries } from "./study/score-series";
export { checkPoints, type Measuring, samplePoint, sweep } from "./study/sweep";
