/**
 * Stopping a loop by hand: the notebook's stop button, or Ctrl+C in a terminal. A loop that takes the request over ends
 * by itself, and what stands behind it goes on with what was done.
 */
import { notebook } from "cfg-kernel";

/** A loop's request to be stopped. */
export interface Stop {
  readonly requested: boolean;
  /** Ends the listening. */
  release: () => void;
}

/** Waits until everything that has arrived (signals, the notebook's messages) was seen. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Takes the next request to stop for a loop, until it is released. A second one, while the loop has not ended yet, goes
 * where it would go without the loop: in a notebook the kernel gives up on the cell, in a terminal the process ends.
 */
export function listenForStop(): Stop {
  const loop = { requested: false };
  const stop = (): void => {
    loop.requested = true;
  };
  const release = (notebook()?.onStop ?? onTerminalStop)(stop);
  return {
    get requested() {
      return loop.requested;
    },
    release,
  };
}

/** The loops that listen in a terminal, and whether each has been asked. */
const loops = new Map<() => void, { isAsked: boolean }>();
/** Who listened before the first of them. */
let others: NodeJS.SignalsListener[] = [];

/** The same for a terminal: the first Ctrl+C asks every loop that listens. @returns ends the listening */
function onTerminalStop(stop: () => void): () => void {
  if (loops.size === 0) {
    others = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
    process.on("SIGINT", onSignal); // before the others go: without a listener a signal ends the process
    for (const listener of others) process.off("SIGINT", listener);
  }
  loops.set(stop, { isAsked: false });
  return () => {
    if (!loops.delete(stop) || loops.size > 0) return;
    for (const listener of others) process.on("SIGINT", listener);
    others = [];
    process.off("SIGINT", onSignal);
  };
}

function onSignal(): void {
  const waiting = [...loops].filter(([, { isAsked }]) => !isAsked);
  for (const [stop, loop] of waiting) {
    loop.isAsked = true;
    stop();
  }
  if (waiting.length > 0) return;
  if (others.length > 0) for (const listener of others) listener("SIGINT");
  else {
    process.off("SIGINT", onSignal);
    process.kill(process.pid, "SIGINT");
  }
}
