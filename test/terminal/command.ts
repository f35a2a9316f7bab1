/** The scripts as `npm run` starts them from a terminal. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";

const root = path.join(__dirname, "../..");

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "terminal-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `scripts/NAME.ts` to its end; `onText` sees all that it printed so far. */
export async function command(
  name: string,
  args: string[],
  onText: (text: string, child: ChildProcess) => void = () => {},
): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", path.join("scripts", `${name}.ts`), ...args], {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      onText(text, child);
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  return { status, text };
}
