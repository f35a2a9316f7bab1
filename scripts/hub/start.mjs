// @ts-check
/** A hub as a program of another: for the load and for the tests. */
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT } from "../setup/places.mjs";

const SCRIPT = path.join(ROOT, "scripts", "hub.mjs");
/** How long set-up and start may take. Milliseconds. */
const PATIENCE = 180_000;

/**
 * Starts a hub, and waits until it answers.
 * @param {{ args: string[], env: Record<string, string>, port: number }} options
 * @returns {Promise<{ child: import("node:child_process").ChildProcess, words: () => string }>}
 * @throws Error with its words where it does not answer
 */
export async function startHub({ args, env, port }) {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (/** @type {string} */ part) => (words += part));
  for (const started = performance.now(); performance.now() - started < PATIENCE;) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://127.0.0.1:${port}/hub/api/`).catch(() => undefined);
    if (answer?.ok) return { child, words: () => words };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill();
  throw new Error(`The hub does not answer:\n${words}`);
}

/**
 * Ends a hub and, where its folder is given, all students' servers of it.
 * @param {{ child: import("node:child_process").ChildProcess }} hub @param {string} [state]
 */
export async function endHub({ child }, state) {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  if (state !== undefined) spawnSync(process.execPath, [SCRIPT, "--stop", "--state", state]);
}
