/** The course's kernel, driven by Jupyter's own client (kernel.py). */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

const root = path.join(__dirname, "../..");

/** One message that a cell sent, as the notebook gets it. */
export interface Message {
  type: string;
  data: Record<string, unknown>;
  /** What it prints, without colours: text, or an error's traceback. */
  text: string;
  displayId: string | undefined;
  /** When it came, in milliseconds of `performance.now()`. */
  at: number;
}

/** What became of a cell. */
export interface CellResult {
  status: string;
  /** The answer to its request. */
  reply: Record<string, unknown>;
  messages: Message[];
  /** Its outputs as the notebook shows them at the end: text, or the last bundle of each display or result. */
  outputs: (string | Record<string, unknown>)[];
  /** All that it printed, and its error. */
  printed: string;
  /** When it ended. */
  endedAt: number;
}

export interface Kernel {
  /** Runs a cell to its end; `onMessage` sees each message at once. */
  run: (code: string, onMessage?: (message: Message) => void) => Promise<CellResult>;
  /** Asks for several cells in one breath, as "Run All" does. */
  runAll: (codes: string[], onMessage?: (message: Message, cell: number) => void) => Promise<CellResult[]>;
  /** Sends another request on a channel, and resolves with the reply's content. */
  ask: (channel: "shell" | "control", type: string, content?: object) => Promise<Record<string, unknown>>;
  /** Says something on a comm: `comm_open`, `comm_msg` or `comm_close`. Resolves when the kernel has dealt with it. */
  tell: (type: string, content: object, buffers?: Uint8Array[]) => Promise<void>;
  /** Hears what the kernel says on comms. */
  onComm: (listen: (message: CommEvent) => void) => void;
  /** What the kernel says it does: its last status. */
  status: () => string | undefined;
  /** The stop button. */
  interrupt: () => void;
  /** Jupyter's "restart the kernel": the process is killed, whatever it does; the cell in work never ends. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

/** What the kernel says on a comm. */
export interface CommEvent {
  type: string;
  content: { comm_id: string; target_name?: string; data: Record<string, unknown> };
  buffers: Uint8Array[];
}

interface Event {
  event: string;
  id?: string;
  order?: number;
  buffers?: string[];
  content: Record<string, unknown> & {
    status?: string;
    execution_state?: string;
    text?: string;
    data?: Record<string, unknown>;
    transient?: { display_id?: string };
    traceback?: string[];
  };
}

/** Options of {@link startKernel}. */
export interface KernelOptions {
  /** The kernel's working directory. */
  folder?: string;
  /** Name of its description. */
  name?: string;
  env?: Record<string, string>;
}

/** The types of messages that a notebook shows under a cell. */
const OUTPUTS = ["stream", "display_data", "update_display_data", "execute_result", "error"];

/** The Python of the project's environment, or of JUPYTER_ENV. */
export function jupyterPython(): string {
  const python = path.join(process.env.JUPYTER_ENV ?? path.join(root, ".venv"), "bin/python");
  if (!existsSync(python)) throw new Error(`${python} is missing; run "npm start" once, or set JUPYTER_ENV.`);
  return python;
}

/** Starts a kernel in the notebooks' folder. */
export async function startKernel({
  folder = path.join(root, "notebooks"),
  name = "tslab",
  env = {},
}: KernelOptions = {}): Promise<Kernel> {
  const child = spawn(jupyterPython(), [path.join(__dirname, "kernel.py"), folder, name], {
    stdio: ["pipe", "pipe", "inherit"],
    // A kernel is killed at the end, so its coverage would never be written.
    env: { ...process.env, NODE_V8_COVERAGE: "", JUPYTER_PATH: undefined, ...env },
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const listeners = new Set<(event: Event) => void>();
  const waitFor = (isIt: (event: Event) => boolean): Promise<Event> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        listeners.delete(listen);
        child.off("exit", onExit);
        finish();
      };
      const listen = (event: Event): void => {
        if (isIt(event)) settle(() => resolve(event));
      };
      const onExit = (): void => settle(() => reject(new Error("the kernel ended before it answered.")));
      listeners.add(listen);
      child.on("exit", onExit);
    });
  let status: string | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as Event;
    if (event.event === "status") status = event.content.execution_state;
    for (const listen of [...listeners]) listen(event);
  });
  let orders = 0;
  const order = (what: Record<string, unknown>): number => {
    child.stdin.write(`${JSON.stringify({ ...what, number: ++orders })}\n`);
    return orders;
  };
  await waitFor(({ event }) => event === "ready");

  const run: Kernel["run"] = async (code, onMessage) => {
    const number = order({ order: "execute", code });
    const messages: Message[] = [];
    let [id, answer, isIdle]: [string?, Event["content"]?, boolean?] = [];
    await waitFor((event) => {
      const { content } = event;
      if (event.event === "sent" && event.order === number) id = event.id;
      if (id === undefined || event.id !== id) return false;
      if (event.event === "reply") answer = content;
      if (event.event === "status" && content.execution_state === "idle") isIdle = true;
      if (OUTPUTS.includes(event.event)) {
        messages.push(messageOf(event));
        onMessage?.(messages.at(-1)!);
      }
      return answer !== undefined && isIdle === true;
    });
    return {
      status: answer!.status!,
      reply: answer!,
      messages,
      ...shown(messages),
      endedAt: performance.now(),
    };
  };
  return {
    run,
    runAll: (codes, onMessage) =>
      Promise.all(codes.map((code, cell) => run(code, (message) => onMessage?.(message, cell)))),
    ask: async (channel, type, content = {}) => {
      const number = order({ order: "ask", channel, type, content });
      let id: string | undefined;
      const { content: reply } = await waitFor((event) => {
        if (event.event === "sent" && event.order === number) id = event.id;
        return event.event === "reply" && id !== undefined && event.id === id;
      });
      return reply;
    },
    tell: async (type, content, buffers = []) => {
      const texts = buffers.map((bytes) => Buffer.from(bytes).toString("base64"));
      const number = order({ order: "ask", channel: "shell", type, content, buffers: texts });
      let id: string | undefined;
      await waitFor((event) => {
        if (event.event === "sent" && event.order === number) id = event.id;
        const isIdle = event.event === "status" && event.content.execution_state === "idle";
        return isIdle && id !== undefined && event.id === id;
      });
    },
    onComm: (listen) => {
      listeners.add(({ event, content, buffers = [] }) => {
        if (!event.startsWith("comm_") || event === "comm_info_reply") return;
        const bytes = buffers.map((text) => new Uint8Array(Buffer.from(text, "base64")));
        listen({ type: event, content: content as CommEvent["content"], buffers: bytes });
      });
    },
    status: () => status,
    interrupt: () => void order({ order: "interrupt" }),
    restart: async () => {
      const restarted = waitFor(({ event }) => event === "restarted");
      order({ order: "restart" });
      await restarted;
    },
    close: () => {
      order({ order: "close" });
      return ended;
    },
  };
}

function messageOf({ event, content }: Event): Message {
  const { data = {}, transient, traceback } = content;
  const text = content.text ?? (traceback ? `${traceback.join("\n")}\n` : "");
  return {
    type: event,
    data,
    text: stripVTControlCharacters(text),
    displayId: transient?.display_id,
    at: performance.now(),
  };
}

function shown(messages: Message[]): Pick<CellResult, "outputs" | "printed"> {
  const outputs: CellResult["outputs"] = [];
  const places = new Map<string, number>();
  for (const { type, data, text, displayId } of messages) {
    if (type === "stream" || type === "error") outputs.push(text);
    else if (type === "update_display_data") outputs[places.get(displayId!)!] = data;
    else {
      if (displayId) places.set(displayId, outputs.length);
      outputs.push(data);
    }
  }
  return { outputs, printed: messages.map(({ text }) => text).join("") };
}
