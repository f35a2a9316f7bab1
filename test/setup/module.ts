import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

export const SETUP: string = path.resolve(__dirname, "..", "..", "scripts", "setup");

/** A module's text: a set-up file's exports as `it`, then the snippet. */
export const moduleText = (file: string, snippet: string): string =>
  `import * as it from ${JSON.stringify(pathToFileURL(path.resolve(SETUP, file)).href)};\n${snippet}`;

/** Runs a snippet as a module in a process of its own; returns what it prints. */
export function within(
  file: string,
  snippet: string,
  env: NodeJS.ProcessEnv = {},
  options: Pick<SpawnSyncOptions, "uid" | "timeout"> = {},
): { status: number | null; text: string } {
  const args = ["--input-type=module", "-e", moduleText(file, snippet)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    cwd: SETUP,
    ...options,
  });
  return { status, text: stdout + stderr };
}
