/** PyTorch's side of the bench, as a process that is asked line by line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";

/** PyTorch's two memory layouts. */
export const LAYOUTS = ["contiguous", "channelsLast"] as const;
export type Layout = (typeof LAYOUTS)[number];
/** And what `torch.compile` makes of the second, with Adam in one kernel. */
export type Way = Layout | "compiled";

/** A running Python process with PyTorch. */
export class Torch {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.reader = createInterface({ input: child.stdout! });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /**
   * Starts the process, and waits until it has answered once: then there is a PyTorch.
   * @param python a Python that has PyTorch
   * @throws Error when it does not start, or has none
   */
  static async start(python: string): Promise<Torch> {
    const script = path.join(__dirname, "..", "torch", "bench.py");
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.on("error", () => undefined); // what it says at its end tells more than that it took no more
    try {
      await once(child, "spawn");
      const torch = new Torch(child);
      await torch.peakMB();
      return torch;
    } catch (cause) {
      const reason = (cause as Error).message.replace(/\.$/, "");
      throw new Error(`--torch is ${python} (${reason}); give a Python that has PyTorch.`, {
        cause,
      });
    }
  }

  /** Seconds of each of `n` repeats. */
  async time(what: "trainStep" | "forward20" | "sample300", layout: Way, n: number): Promise<number[]> {
    return (await this.ask<{ seconds: number[] }>({ do: what, layout, n })).seconds;
  }

  /** Peak resident memory so far, in MB. */
  async peakMB(): Promise<number> {
    return (await this.ask<{ MB: number }>({ do: "peakMB" })).MB;
  }

  /** Ends the process. */
  close(): void {
    this.child.stdin!.end();
    this.reader.close();
  }

  private async ask<Answer>(command: object): Promise<Answer> {
    this.child.stdin!.write(`${JSON.stringify(command)}\n`);
    const next = await this.lines.next();
    if (next.done)
      throw new Error("PyTorch's process ended without an answer; its own message stands above.");
    return JSON.parse(next.value) as Answer;
  }
}
