/** A cell that runs, or has run and still has something to say. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Header } from "./message";

export interface Cell {
  /** The request that it answers: what it shows goes there. */
  request: Header;
  /** The number in its brackets. */
  count: number;
  /** Its name in the notebook, where the front end says it. */
  id?: unknown;
  code: string;
  /** Whether the stop button was pressed while it ran. */
  isStopped: boolean;
  /** Whether the kernel no longer waits for it, though its code may not have ended. */
  isGivenUp: boolean;
}

/** The cell whose code runs, through every await and timer of it: so that late output stays with its cell. */
export const runningCell: AsyncLocalStorage<Cell> = new AsyncLocalStorage<Cell>();
