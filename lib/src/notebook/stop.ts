/**
 * The notebook's stop button. It sends SIGINT to the kernel; tslab then gives up on the cell, while the cell's own code
 * runs on unseen. So a loop that can stop by itself takes the signal over while it runs, and the cell goes on behind it.
 */

/** A loop's request to be stopped by the stop button. */
export interface Stop {
  readonly requested: boolean;
  /** Gives the signal back. */
  release: () => Promise<void>;
}

const loops = new Set<{ requested: boolean }>();
let others: NodeJS.SignalsListener[] = [];

/** Waits until everything that has arrived (signals, the notebook's messages) was seen. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Takes SIGINT over for a loop, until it is released. The first signal asks every such loop to stop; a second one goes
 * to whoever listened before: in a notebook tslab, which gives up on the cell, in a terminal Node, which ends.
 */
export async function listenForStop(): Promise<Stop> {
  // While tslab runs a cell up to its first await, it holds all listeners back; those set then would be mixed up.
  await eventLoopTurn();
  const loop = { requested: false };
  loops.add(loop);
  if (loops.size === 1) {
    others = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
    process.on("SIGINT", onSignal); // before the others go: without a listener a signal ends the process
    for (const listener of others) process.off("SIGINT", listener);
  }
  return {
    get requested() {
      return loop.requested;
    },
    release: async () => {
      await eventLoopTurn();
      if (loops.delete(loop) && loops.size === 0) handBack();
    },
  };
}

function handBack(): void {
  for (const listener of others) process.on("SIGINT", listener);
  others = [];
  process.off("SIGINT", onSignal);
}

function onSignal(): void {
  const isFirst = [...loops].some((loop) => !loop.requested);
  if (isFirst) {
    for (const loop of loops) loop.requested = true;
  } else if (others.length > 0) {
    for (const listener of others) listener("SIGINT");
  } else {
    process.off("SIGINT", onSignal);
    process.kill(process.pid, "SIGINT");
  }
}
