/** The course's library for Node and its notebooks: the core, the engine that runs it, files and Jupyter. */
export * from "./core";
export * from "./engine/start";
export * from "./evaluation/choose";
export * from "./evaluation/load-judge";
export * from "./evaluation/mnist-reference";
export * from "./evaluation/study";
export * from "./evaluation/sweep";
export * from "./files/atomic";
export * from "./files/npy";
export * from "./model";
export * from "./notebook/live-figure";
export * from "./notebook/progress";
import "./notebook/results";
export { type PlotlyFigure, show } from "./notebook/show";
export * from "./notebook/table";
export * from "./training/checkpoint";
export * from "./weights/files";
