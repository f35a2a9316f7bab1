/** What the kernel's two threads, the one with the cells and the one with the sockets, tell each other. */
import type { OutgoingMessage, Request } from "./message";
import type { StreamText } from "./streams";

/** From the thread of the cells: a message to send, or text that a cell printed. */
export type FromMain = OutgoingMessage | StreamText;

/** To the thread of the cells: a request, or the wish to stop the cell or to end the kernel. */
export type ToMain = Request | { wish: "stop" | "end" };

/** What the thread with the sockets begins with. */
export interface IoThreadData {
  /** The path that Jupyter gives a kernel. */
  connectionFile: string;
  state: SharedState;
  /** The process that started the kernel, with which it is to end. */
  starter: number;
}

/** Numbers that both threads see at once, also while a cell computes. */
export type SharedState = Int32Array<SharedArrayBuffer>;

/** Places in {@link SharedState}. */
export const STATE = {
  /** What the thread of the cells does: see {@link ACTIVITY}. */
  activity: 0,
  /** How many loops would end by themselves if asked to stop. */
  stoppable: 1,
  /** Counts the wishes to stop: those that came, and those that the thread of the cells has seen. */
  stopsAsked: 2,
  stopsSeen: 3,
  /** 1 where a cell's code that computes is to end, at the next turn of a loop or call of a function. */
  endNow: 4,
} as const;

/** What the thread of the cells does. */
export const ACTIVITY = {
  idle: 0,
  /** The kernel's own work for a cell, or a module that loads: what must not be broken off. */
  preparing: 1,
  /** A cell's code up to its first await. Node breaks it off on SIGINT. */
  untilAwait: 2,
  /** A cell's code after its first await. */
  afterAwait: 3,
} as const;

export function newSharedState(): SharedState {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Object.keys(STATE).length));
}
