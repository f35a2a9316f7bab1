/** The course's JupyterLab, as `npm start` starts it, without a browser. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { ROOT } from "../../scripts/notebooks/notebook-file";

/** A course that is open. */
export interface Start {
  /** All that it has printed. */
  printed: () => string;
  /** The address of a place on its server, with the token. */
  at: (place: string) => string;
  /** Ends it. */
  stop: () => Promise<void>;
}

/** Options of {@link startCourse}. */
export interface StartOptions {
  /** A command that runs what follows it; undefined: none. */
  within?: string[];
  /** The Node that starts it. */
  node?: string;
  /** The folder to work in; undefined: where a student would. */
  work?: string;
  /** More words of the command. */
  args?: string[];
  /** Variables beside this process's. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Starts the course and waits for the address that it prints.
 * @throws Error with all that it printed when it ends before
 */
export async function startCourse({
  within = [],
  node = process.execPath,
  work,
  args = [],
  env = {},
}: StartOptions = {}): Promise<Start> {
  const start = path.join(ROOT, "scripts", "start.mjs");
  const options = [...(work === undefined ? [] : ["--work", work]), ...args];
  const [command, ...words] = [...within, node, start, "--no-browser", ...options];
  const lab = spawn(command, words, { cwd: ROOT, env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => lab.once("exit", () => resolve()));
  let printed = "";
  const address = await new Promise<URL>((resolve, reject) => {
    const read = (data: Buffer): void => {
      printed += data.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S*token=\w+/.exec(printed);
      if (url) resolve(new URL(url[0]));
    };
    lab.stdout.on("data", read);
    lab.stderr.on("data", read);
    lab.on("error", reject);
    void ended.then(() => reject(new Error(`the course did not start:\n${printed}`)));
  });
  return {
    printed: () => printed,
    at: (place) => new URL(`${place}${address.search}`, address).href,
    stop: () => {
      lab.kill("SIGTERM");
      return ended;
    },
  };
}
