/** The control channel: requests that are answered at once, whatever a cell computes. */
import { setTimeout as wait } from "node:timers/promises";
import { kernelInfo } from "./kernel-info";
import type { Content, OutgoingMessage, Request } from "./message";
import { ACTIVITY, type SharedState, STATE, type ToMain } from "./threads";

/** How long the thread of the cells may take to see a wish. Milliseconds. */
const PATIENCE_MS = 300;
/** How long a package may compute on, until it is broken off. Milliseconds. */
const LONG_PATIENCE_MS = 2000;

/** What the control channel needs of its thread. */
export interface ControlThread {
  state: SharedState;
  toMain: (message: ToMain) => void;
  send: (message: OutgoingMessage) => Promise<void>;
  /** Closes the sockets, when what was sent is gone. */
  close: () => void;
}

/** Answers one request. */
export async function answerControl(request: Request, thread: ControlThread): Promise<void> {
  const { send, state } = thread;
  const { header: parent, identities } = request;
  const status = (): Promise<void> => {
    // Where a cell runs, the kernel stays busy behind this answer.
    const isIdle = Atomics.load(state, STATE.activity) === ACTIVITY.idle;
    const content = JSON.stringify({ execution_state: isIdle ? "idle" : "busy" });
    return send({ channel: "iopub", type: "status", content, parent });
  };
  const reply = async (content: Content): Promise<void> => {
    const type = parent.msg_type.replace(/_request$/, "_reply");
    await send({
      channel: "control",
      type,
      content: JSON.stringify({ status: "ok", ...content }),
      parent,
      identities,
    });
    await status();
  };
  await send({ channel: "iopub", type: "status", content: '{"execution_state":"busy"}', parent });
  switch (parent.msg_type) {
    case "kernel_info_request":
      await reply(kernelInfo());
      break;
    case "interrupt_request":
      await reply({});
      await stopCell(thread);
      break;
    case "shutdown_request":
      await reply({ restart: request.content.restart === true });
      await endKernel(thread);
      break;
    default:
      await status();
  }
}

/**
 * Stops the cell that runs. Loops that end by themselves are given the time for it, and so is a module that loads. What
 * never looks at the event loop ends where a loop or function of a cell begins; and where none does, because a package
 * computes, Node breaks it off, which it can up to a cell's first await.
 */
async function stopCell({ state, toMain }: ControlThread): Promise<void> {
  const now = (place: number): number => Atomics.load(state, place);
  const seen = now(STATE.stopsSeen);
  const isFirst = now(STATE.stopsAsked) <= seen;
  const isPreparing = (): boolean => now(STATE.activity) === ACTIVITY.preparing;
  const isSeen = (): boolean => now(STATE.stopsSeen) !== seen;
  Atomics.store(state, STATE.stopsAsked, seen + 1);
  toMain({ wish: "stop" });
  do await wait(PATIENCE_MS);
  while (isPreparing() && !isSeen());
  if (isSeen() || (isFirst && now(STATE.stoppable) > 0)) return;
  Atomics.store(state, STATE.endNow, 1);
  await wait(LONG_PATIENCE_MS);
  const runsOn = !isSeen() && now(STATE.endNow) === 1 && now(STATE.activity) === ACTIVITY.untilAwait;
  if (runsOn) process.kill(process.pid, "SIGINT");
}

/** Ends the process: the thread of the cells by itself, or without it. */
async function endKernel({ toMain, close }: ControlThread): Promise<void> {
  close();
  toMain({ wish: "end" });
  await wait(PATIENCE_MS);
  process.kill(process.pid, "SIGKILL");
}
