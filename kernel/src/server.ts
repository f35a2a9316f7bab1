/** Answers a front end's requests, one after the other, in the order in which they came. */
import type { Connection } from "./connection";
import { historyReply } from "./history";
import { kernelInfo } from "./kernel-info";
import type { Content, Request } from "./message";
import type { Session } from "./session";

/**
 * How long the answer to a cell that failed or was stopped waits, in milliseconds: so that the cells of the same
 * "Run All" have come, and are not run on half of what they need.
 */
const ABORT_MS = 100;

/** How long a kernel is idle before it looks for memory that it can give back, in milliseconds. */
const IDLE_MS = 2000;

/** Answers requests until the process ends. */
export function serve(connection: Connection, session: Session): void {
  const queue: Request[] = [];
  const ends = new Map<Request, () => void>();
  let isWorking = false;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    clearTimeout(rest);
    for (let request = queue.shift(); request; request = queue.shift()) {
      await answer(request);
      endOf(request);
      // Between two cells timers and signals have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    isWorking = false;
    // V8 does not count what its objects hold outside its heap, and would keep a network's weights for long.
    rest = setTimeout(() => {
      globalThis.gc?.();
    }, IDLE_MS);
  };
  const endOf = (request: Request): void => {
    ends.get(request)?.();
    ends.delete(request);
  };
  connection.onRequest((request) => {
    if (request.header.msg_type === "execute_request") ends.set(request, session.expectCell());
    queue.push(request);
    void work();
  });

  const publishStatus = (state: "busy" | "idle" | "starting", request?: Request): void =>
    connection.send({
      channel: "iopub",
      type: "status",
      content: JSON.stringify({ execution_state: state }),
      parent: request?.header,
    });
  const reply = ({ channel, header, identities }: Request, type: string, content: Content): void =>
    connection.send({ channel, type, content: JSON.stringify(content), parent: header, identities });

  /** Answers a request that could not be dealt with: who asked must not wait for ever. */
  const refuse = (request: Request, error: unknown): void => {
    const { msg_type: type } = request.header;
    if (!type.endsWith("_request")) return;
    const { name: ename, message: evalue } = error instanceof Error ? error : new Error(String(error));
    reply(request, type.replace(/request$/, "reply"), { status: "error", ename, evalue, traceback: [] });
  };

  /** The requests to run a cell that wait are answered without running it. */
  const abortWaitingCells = (): void => {
    const cells = queue.filter(({ header }) => header.msg_type === "execute_request");
    const others = queue.filter(({ header }) => header.msg_type !== "execute_request");
    queue.splice(0, queue.length, ...others);
    for (const cell of cells) {
      publishStatus("busy", cell);
      reply(cell, "execute_reply", { status: "aborted" });
      publishStatus("idle", cell);
      endOf(cell);
    }
  };

  const execute = async (request: Request): Promise<void> => {
    const {
      code,
      silent,
      stop_on_error: stopOnError = true,
    } = request.content as unknown as {
      code: string;
      silent?: boolean;
      stop_on_error?: boolean;
    };
    const { count, error, isStopped } = await session.execute(request.header, code, {
      silent,
      metadata: request.metadata,
    });
    const isCutOff = stopOnError && (error !== undefined || isStopped);
    if (isCutOff) await new Promise((resolve) => setTimeout(resolve, ABORT_MS));
    const content = error
      ? { status: "error", ...error }
      : { status: "ok", payload: [], user_expressions: {} };
    reply(request, "execute_reply", { ...content, execution_count: count });
    if (isCutOff) abortWaitingCells();
  };

  const answers: Partial<Record<string, (request: Request) => void | Promise<void>>> = {
    execute_request: execute,
    kernel_info_request: (request) => reply(request, "kernel_info_reply", kernelInfo()),
    complete_request: (request) => {
      const { code, cursor_pos: cursor } = request.content as { code: string; cursor_pos: number };
      reply(request, "complete_reply", session.complete(code, cursor));
    },
    inspect_request: (request) => {
      const { code, cursor_pos: cursor } = request.content as { code: string; cursor_pos: number };
      reply(request, "inspect_reply", session.inspect(code, cursor));
    },
    is_complete_request: (request) =>
      reply(request, "is_complete_reply", session.isComplete(String(request.content.code))),
    history_request: (request) =>
      reply(request, "history_reply", historyReply(session.history, request.content)),
    comm_info_request: (request) => reply(request, "comm_info_reply", session.comms.info(request.content)),
    comm_open: (request) => session.comms.handle(request),
    comm_msg: (request) => session.comms.handle(request),
    comm_close: (request) => session.comms.handle(request),
  };

  const answer = async (request: Request): Promise<void> => {
    publishStatus("busy", request);
    try {
      await answers[request.header.msg_type]?.(request);
    } catch (error) {
      session.showStrayError("The kernel has a fault", error);
      refuse(request, error);
    } finally {
      publishStatus("idle", request);
    }
  };

  publishStatus("starting");
}
