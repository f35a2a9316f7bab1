/** What is known of a training run after its end. Node only. */
import { readFileSync } from "node:fs";
import type { WeightsInfo } from "../recipe";
import { shippedFile } from "../weights/files";

/** A training run: its settings, and how it went. */
export interface TrainingLog extends WeightsInfo {
  /** The loss of each step. */
  losses: number[];
  /** The mean loss of each epoch. */
  epochMeans: number[];
  /** How long it took, and on which machine. */
  seconds: number;
  machine: string;
}

/**
 * The log of a training run that ships with the package.
 * @param name "seed", "repaired", "refined" or "zero-snr-spread"
 * @throws Error with the names of the files there are, when there is none of that name
 * @example
 * cfg.loadTrainingLog("seed").losses.length // 2340
 */
export function loadTrainingLog(name: string): TrainingLog {
  return JSON.parse(readFileSync(shippedFile(`${name}-log.json`), "utf8")) as TrainingLog;
}
