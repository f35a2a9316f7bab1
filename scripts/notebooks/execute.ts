/** Executes a notebook from top to bottom on a fresh kernel of the project's Jupyter. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./notebook-file";

/** The Python environment with Jupyter: the one that set-up makes, or JUPYTER_ENV. */
export const JUPYTER_ENV: string = process.env.JUPYTER_ENV ?? path.join(ROOT, ".venv");

export type Execution = { seconds: number; kernelSeconds: number } | { failedCell: number; message: string };

/** Options of {@link execute}. */
export interface ExecuteOptions {
  /** Called before each code cell. */
  onCell?: (cell: number, of: number) => void;
  /** Seconds that one cell may take. */
  cellTimeLimit?: number;
}

/**
 * Executes `notebook` and writes the executed one to `output`, unless a cell fails.
 * @throws Error when Jupyter itself does not run
 */
export async function execute(
  notebook: string,
  output: string,
  { onCell, cellTimeLimit = 600 }: ExecuteOptions = {},
): Promise<Execution> {
  const script = path.join(__dirname, "execute.py");
  const child = spawn(path.join(JUPYTER_ENV, "bin", "python"), [script, notebook, output], {
    // The kernel of this project, whatever others the user has.
    env: {
      ...process.env,
      JUPYTER_PATH: undefined,
      JUPYTER_PREFER_ENV_PATH: "1",
      CELL_TIME_LIMIT: String(cellTimeLimit),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (data: Buffer) => (complaints += data.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", () => reject(new Error(`There is no Jupyter in ${JUPYTER_ENV}; run npm start once.`)));
    child.on("close", () => resolve());
  });
  let result: Execution | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Record<string, number | string>;
    if ("cell" in event) onCell?.(Number(event.cell), Number(event.of));
    else if ("failed" in event) result = { failedCell: Number(event.failed), message: String(event.message) };
    else result = { seconds: Number(event.seconds), kernelSeconds: Number(event.kernelSeconds) };
  }
  await ended;
  if (!result) throw new Error(`${notebook} was not executed:\n${complaints.trim()}`);
  return result;
}
