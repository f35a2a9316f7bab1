/** The control channel: requests that are answered at once, whatever a cell computes. */
import { setTimeout as wait } from "node:timers/promises";
import { kernelInfo } from "./kernel-info";
import type { Content, OutgoingMessage, Request } from "./message";
import { ACTIVITY, type SharedState, STATE, type ToMain } from "./threads";

/** How long the thread of the cells may take to see a wish, before its computation is broken off. Milliseconds. */
const PATIENCE_MS = 300;

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
 * Stops the cell that runs. Loops that end by themselves are given the time for it. Code that never looks at the event
 * loop is broken off: up to a cell's first await by SIGINT, after it where a loop of its own begins its next turn.
 */
async function stopCell({ state, toMain }: ControlThread): Promise<void> {
  const now = (place: number): number => Atomics.load(state, place);
  if (now(STATE.activity) === ACTIVITY.idle && now(STATE.stoppable) === 0) return;
  if (now(STATE.activity) === ACTIVITY.untilAwait) {
    process.kill(process.pid, "SIGINT");
    return;
  }
  const seen = now(STATE.stopsSeen);
  const isFirst = now(STATE.stopsAsked) === seen;
  Atomics.store(state, STATE.stopsAsked, seen + 1);
  toMain({ wish: "stop" });
  await wait(PATIENCE_MS);
  const isLeftTime = isFirst && now(STATE.stoppable) > 0;
  if (isLeftTime || now(STATE.stopsSeen) !== seen || now(STATE.activity) !== ACTIVITY.afterAwait) return;
  Atomics.store(state, STATE.endLoops, 1);
}

/** Ends the process: the thread of the cells by itself, or without it. */
async function endKernel({ toMain, close }: ControlThread): Promise<void> {
  close();
  toMain({ wish: "end" });
  await wait(PATIENCE_MS);
  process.kill(process.pid, "SIGKILL");
}
