/** The course's library for Node and its notebooks: the core, the engine that runs it, files and Jupyter. */
export * from "./core";

// The engine: TensorFlow for this machine.
export { startEngine } from "./engine/start";

// Models and training runs on disk.
export { loadModel } from "./load-model";
export { loadJudge } from "./judge/load-judge";
export { saveModel, saveWeights, shippedFile } from "./weights/files";
export { openRun, type TimedRun } from "./training/timed-run";
export { loadCheckpoint, saveCheckpoint } from "./training/checkpoint";
export { loadTrainingLog, type TrainingLog } from "./training/training-log";
export { readNpy, writeNpy } from "./files/npy";

// The board of a race: runs side by side.
export { addToBoard, boardEntry, type BoardEntry, mergeBoards, readBoard } from "./board/board";
export { boardChart, boardTable } from "./board/show-board";

// In a notebook: figures, tables, and loops that tell how far they are.
import "./notebook/results";
export { liveFigure } from "./notebook/live-figure";
export { progress } from "./notebook/progress";
export { show } from "./notebook/show";
export { showDigits } from "./notebook/show-digits";
export { table } from "./notebook/table";

// Exercises: what their cells call, and what was done of them.
export { gap } from "./exercises/gap";
export {
  check,
  hint,
  outcome,
  predict,
  progressSheet,
  type ProgressSheetOptions,
} from "./notebook/exercise-cells";

// The bug gallery: networks with one mistake each, to be measured and named.
export { type Mystery, openMystery } from "./gallery/mystery";
export { BUG_NAMES } from "./gallery/evidence";
export { examine, nameBug } from "./notebook/gallery-cells";

// Live: pictures that follow controls.
export { live } from "./notebook/live/live";
export { button, choice, pad, slider, stepper, text, toggle } from "./notebook/live/controls";

// The study: points that were measured, and how more are.
export {
  type Floor,
  floorOf,
  imagesInParts,
  labelsFor,
  meanImage,
  mnistReference,
} from "./study/mnist-reference";
export { findPoint, floorIn, type Point, pointsOf, type PointSettings, shippedStudy } from "./study/study";
export { CHOSEN_ON, chosenRules } from "./study/choose";
export { ruleOf, type RuleSettings } from "./study/rule-settings";
export { type SamplerName, samplerOf } from "./study/sampler-names";
export { scoreSeries } from "./study/score-series";
export { samplePoint } from "./study/sweep";
