/** Modules load whole: one that is broken off half-way would stay so in Node's cache, for all cells to come. */
import Module from "node:module";
import { ACTIVITY, type SharedState, STATE } from "./threads";

/** What Node has and does not declare. */
interface Loader {
  _load: (this: unknown, ...args: unknown[]) => unknown;
}

/** From here on, a cell that loads a module is not broken off until that is done. */
export function loadModulesWhole(state: SharedState): void {
  const loader = Module as unknown as Loader;
  const { _load: load } = loader;
  const { untilAwait, preparing } = ACTIVITY;
  loader._load = function (...args) {
    const isOfCell = Atomics.compareExchange(state, STATE.activity, untilAwait, preparing) === untilAwait;
    try {
      return load.apply(this, args);
    } finally {
      if (isOfCell) Atomics.store(state, STATE.activity, untilAwait);
    }
  };
}
