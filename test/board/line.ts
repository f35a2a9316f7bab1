/** A line of a board, for tests. */
import { type BoardEntry, smallUnet } from "cfg-lib";
import { seedInfo } from "../weights/examples";

export const boardLine: BoardEntry = {
  name: "mine",
  change: "nothing",
  network: smallUnet,
  info: { ...seedInfo, step: 3000 },
  seconds: 90,
  machine: "a laptop, 2 cores",
  date: "2026-11-27T08:00:00.000Z",
  sampler: "dpm-solver",
  samplingSteps: 8,
  guidanceScale: 1.5,
  n: 1000,
  accuracy: { value: 0.98, low: 0.97, high: 0.99 },
  frechet: { value: 12, low: 9, high: 15 },
};
