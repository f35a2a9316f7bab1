/** The scripts as `npm run` starts them from a terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";

const root = path.join(__dirname, "../..");

/** Runs `npm run NAME` to its end; `onText` sees all that it printed so far, and may press Ctrl+C. */
export async function command(
  name: string,
  args: string[],
  onText: (text: string, pressCtrlC: () => void) => void = () => {},
): Promise<{ status: number | null; text: string }> {
  const child = spawn("npm", ["run", "--silent", name, "--", ...args], {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    detached: true, // a process group of its own: Ctrl+C reaches npm and all that it started
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
