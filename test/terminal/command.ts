/** The scripts as a terminal starts them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as path from "node:path";

const root = path.join(__dirname, "../..");
const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What `npm run NAME` runs, without npm itself, whose start takes as long as many a command. */
export async function command(
  name: string,
  args: string[],
  onText?: (text: string, pressCtrlC: () => void) => void,
): Promise<{ status: number | null; text: string }> {
  const [program, ...rest] = scripts[name].split(" ");
  return start(program === "node" ? process.execPath : program, [...rest, ...args], onText);
}

/** Runs `npm run NAME` to its end; `onText` sees all that it printed so far, and may press Ctrl+C. */
export async function npmRun(
  name: string,
  args: string[],
  onText?: (text: string, pressCtrlC: () => void) => void,
): Promise<{ status: number | null; text: string }> {
  return start("npm", ["run", "--silent", name, "--", ...args], onText);
}

async function start(
  program: string,
  args: string[],
  onText: (text: string, pressCtrlC: () => void) => void = () => {},
): Promise<{ status: number | null; text: string }> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    detached: true, // a process group of its own: Ctrl+C reaches all that it started
  });
  const pressCtrlC = (): boolean => process.kill(-child.pid!, "SIGINT");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      onText(text, pressCtrlC);
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  return { status, text };
}
