/** A real tslab kernel, driven by Jupyter's own client, for the tests in this folder. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";

const root = path.join(__dirname, "../..");

/** One message that a cell sent, as the notebook gets it. */
export interface Message {
  type: string;
  data: Record<string, unknown>;
  text: string;
  displayId: string | undefined;
}

/** What became of a cell. */
export interface CellResult {
  status: string;
  messages: Message[];
  /** Its outputs as the notebook shows them at the end: text, or the last bundle of each display. */
  outputs: (string | Record<string, unknown>)[];
  /** All that it printed. */
  printed: string;
}

export interface Kernel {
  /** Runs a cell to its end; `onMessage` sees each message at once. */
  run: (code: string, onMessage?: (message: Message) => void) => Promise<CellResult>;
  /** The stop button. */
  interrupt: () => void;
  /** Jupyter's "restart the kernel": the process is killed, whatever it does; the cell in work never ends. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

interface Event {
  event: string;
  id?: string;
  cell?: number;
  content: {
    status?: string;
    execution_state?: string;
    text?: string;
    data?: Record<string, unknown>;
    transient?: { display_id?: string };
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

/** Starts a kernel in the notebooks' folder, with the Jupyter of the project's environment or of JUPYTER_ENV. */
export async function startKernel({
  folder = path.join(root, "notebooks"),
  name = "tslab",
  env = {},
}: KernelOptions = {}): Promise<Kernel> {
  const python = path.join(process.env.JUPYTER_ENV ?? path.join(root, ".venv"), "bin/python");
  if (!existsSync(python)) throw new Error(`${python} is missing; run "npm start" once, or set JUPYTER_ENV.`);
  const args = [path.join(__dirname, "kernel.py"), folder, name];
  const child = spawn(python, args, {
    stdio: ["pipe", "pipe", "inherit"],
    // A kernel is killed at the end, so its coverage would never be written.
    env: { ...process.env, NODE_V8_COVERAGE: "", ...env },
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const order = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);

  let listen: (event: Event) => void = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    listen = ({ event }) => event === "ready" && resolve();
    child.on("exit", (code) => reject(new Error(`the kernel's driver ended with ${code}.`)));
  });
  createInterface({ input: child.stdout }).on("line", (line) => listen(JSON.parse(line) as Event));
  await ready;

  let cells = 0;
  return {
    run: (code, onMessage) =>
      new Promise((resolve, reject) => {
        const cell = ++cells;
        const messages: Message[] = [];
        let id: string | undefined;
        let status: string | undefined;
        let isIdle = false;
        const onExit = (): void => reject(new Error("the kernel ended while a cell ran."));
        child.once("exit", onExit);
        listen = ({ event, content, ...from }) => {
          if (event === "sent" && from.cell === cell) id = from.id;
          if (id === undefined || from.id !== id) return;
          if (event === "reply") status = content.status;
          if (event === "status" && content.execution_state === "idle") isIdle = true;
          if (event === "stream" || event === "display_data" || event === "update_display_data") {
            const { text = "", data = {}, transient } = content;
            const message = { type: event, data, text, displayId: transient?.display_id };
            messages.push(message);
            onMessage?.(message);
          }
          if (status === undefined || !isIdle) return;
          child.off("exit", onExit);
          // After a cell that fails, tslab drops every cell that arrives within 200 ms.
          const rest = status === "ok" ? 0 : 400;
          const result = { status, messages, ...shown(messages) };
          setTimeout(() => resolve(result), rest);
        };
        order({ order: "execute", code, cell });
      }),
    interrupt: () => order({ order: "interrupt" }),
    restart: () =>
      new Promise((resolve) => {
        listen = ({ event }) => event === "restarted" && resolve();
        order({ order: "restart" });
      }),
    close: () => {
      order({ order: "close" });
      return ended;
    },
  };
}

function shown(messages: Message[]): Pick<CellResult, "outputs" | "printed"> {
  const outputs: CellResult["outputs"] = [];
  const places = new Map<string, number>();
  for (const { type, data, text, displayId } of messages) {
    if (type === "stream") outputs.push(text);
    else if (type === "update_display_data") outputs[places.get(displayId!)!] = data;
    else {
      if (displayId) places.set(displayId, outputs.length);
      outputs.push(data);
    }
  }
  return { outputs, printed: messages.map(({ text }) => text).join("") };
}
