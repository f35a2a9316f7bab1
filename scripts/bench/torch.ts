/** PyTorch's side of the bench, as a process that is asked line by line. */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";

/** PyTorch's two memory layouts. */
export const LAYOUTS = ["contiguous", "channelsLast"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** A running Python process with PyTorch. */
export class Torch {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  /** @param python a Python that has PyTorch */
  constructor(python: string) {
    const script = path.join(__dirname, "..", "torch", "bench.py");
    this.child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.reader = createInterface({ input: this.child.stdout! });
    this.lines = this.reader[Symbol.asyncIterator]();
    this.child.on("error", (error) => {
      console.error(`${python} does not start: ${error.message}. Give a Python that has PyTorch.`);
      process.exit(1);
    });
  }

  /** Seconds of each of `n` repeats. */
  async time(what: "trainStep" | "forward20" | "sample300", layout: Layout, n: number): Promise<number[]> {
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
