/** One run of a live picture's function: a value, a promise, or steps that are shown as they come. */
import { engine } from "@tensorflow/tfjs-core";
import { isObject } from "../../fields";
import { eventLoopTurn, listenForStop } from "../stop";
import { type LiveResult, type Part, partsOf } from "./parts";

/** How far a run is: its share is told, and no picture is changed. */
interface Progress {
  step: number;
  steps: number;
}

/**
 * Steps, and what is shown at the end, if it is not the last step. A bare `yield` shows nothing, and can be stopped at; so
 * can `{ step, steps }`, as `sampleMany` yields it, which says how far the run is.
 */
type Steps =
  | Generator<LiveResult | Progress | undefined, unknown, undefined>
  | AsyncGenerator<LiveResult | Progress | undefined, unknown, undefined>;

/** What the function of a live picture may return. */
export type LiveSource = LiveResult | Promise<LiveResult> | Steps;

/** How a run ended: at its end, by the stop button, or because a newer wish has come. */
export interface Drawn {
  parts: readonly Part[];
  end: "done" | "stopped" | "outdated";
}

/** What a run is given. */
export interface RunOptions {
  /** Shows a step. */
  show: (parts: readonly Part[]) => void;
  isOutdated: () => boolean;
  /** Calls the function as the cell that it belongs to. */
  within?: <T>(call: () => T) => T;
  /** Resolves when no cell runs; undefined where none is to be waited for. */
  whenIdle?: () => Promise<void>;
  /** Hears how far the run is, from 0 to 1, where it says so. */
  onProgress?: (share: number) => void;
  /** Hears that the run waits for a cell, and that it no longer does. */
  onWait?: (isWaiting: boolean) => void;
}

/** Steps that come sooner are not shown: a page draws no more often. Milliseconds. */
const BETWEEN_STEPS = 25;

/** Runs the function once. @throws whatever it throws */
export async function runOnce(call: () => LiveSource, options: RunOptions): Promise<Drawn> {
  const { within = plainly } = options;
  engine().startScope("live");
  let ended = false;
  try {
    const source = within(call);
    if (isSteps(source)) {
      endScope(true);
      ended = true;
      return await runSteps(source, options);
    }
    if (source instanceof Promise) {
      endScope(true);
      ended = true;
      return { parts: partsOf(await source), end: "done" };
    }
    return { parts: partsOf(source), end: "done" };
  } finally {
    if (!ended) endScope(false);
  }
}

const plainly = <T>(call: () => T): T => call();

/** Ends the scope of the function's tensors, which frees them unless they are still needed. */
function endScope(areNeeded: boolean): void {
  const { activeScope } = engine().state;
  engine().endScope(areNeeded ? [...activeScope.track] : undefined);
}

async function runSteps(steps: Steps, options: RunOptions): Promise<Drawn> {
  const { show, isOutdated, within = plainly, whenIdle, onWait, onProgress } = options;
  let parts: readonly Part[] = [];
  let shownAt = -Infinity;
  let hasEnded = false;
  let stop = listenForStop();
  try {
    for (;;) {
      const { done, value } = await within(() => steps.next());
      hasEnded = done === true;
      const isPicture = value !== undefined && !isProgress(value);
      if (isPicture) parts = partsOf(value);
      if (value !== undefined && !hasEnded && performance.now() - shownAt >= BETWEEN_STEPS) {
        if (isPicture) show(parts);
        else onProgress?.(value.step / value.steps);
        shownAt = performance.now();
      }
      if (hasEnded) return { parts, end: "done" };
      await eventLoopTurn();
      if (stop.requested) return { parts, end: "stopped" };
      if (whenIdle && !(await isIdle(whenIdle))) {
        stop.release(); // the stop button is for the cell now
        onWait?.(true);
        await whenIdle();
        onWait?.(false);
        stop = listenForStop();
      }
      if (isOutdated()) return { parts, end: "outdated" };
    }
  } catch (error) {
    hasEnded = true;
    throw error;
  } finally {
    stop.release();
    if (!hasEnded) await within(() => steps.return(undefined));
  }
}

/** A sampling step has `step` and `steps`, too, and a picture. */
const isProgress = (value: unknown): value is Progress =>
  isObject(value) &&
  typeof value.step === "number" &&
  typeof value.steps === "number" &&
  typeof value.predictedX0 !== "function";

/** Whether no cell runs now. */
async function isIdle(whenIdle: () => Promise<void>): Promise<boolean> {
  let idle = false;
  void whenIdle().then(() => (idle = true));
  await eventLoopTurn();
  return idle;
}

function isSteps(source: LiveSource): source is Steps {
  const { next, return: end } = source as Partial<Steps>;
  return typeof next === "function" && typeof end === "function";
}
