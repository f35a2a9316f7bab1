// @ts-check
/** Runs programs, keeping what they print for the case that they fail. */
import { spawn } from "node:child_process";
import { environment, ROOT } from "./places.mjs";
import { Problem } from "./problem.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string>} [env] beside the usual environment
 * @property {(line: string) => void} [onLine] sees every line of standard output
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ status: number | null, output: string }>} status null when it does not exist
 */
export function run(command, args, { cwd = ROOT, env = {}, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let rest = "";
    child.stdout.on("data", (/** @type {Buffer} */ data) => {
      output += data.toString();
      if (!onLine) return;
      const lines = (rest + data.toString()).split(/[\r\n]/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
    child.stderr.on("data", (/** @type {Buffer} */ data) => (output += data.toString()));
    child.on("error", () => resolve({ status: null, output }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

/**
 * Runs a program that must succeed.
 * @param {string} what it does, for the message
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its output
 */
export async function mustRun(what, command, args, options) {
  const { status, output } = await run(command, args, options);
  if (status === 0) return output;
  throw new Problem(explain(what, command, status, output));
}

/**
 * @param {string} what
 * @param {string} command
 * @param {number | null} status
 * @param {string} output
 */
export function explain(what, command, status, output) {
  const last = output.trim().split("\n").slice(-8).join("\n");
  if (status === null) return `${what} failed: there is no program ${command}.`;
  if (/ENOSPC|No space left/i.test(output)) {
    return `${what} failed: the disk is full. Free about 3 GB and run the command again; it goes on from here.`;
  }
  if (/hash(es)? (do|did) not match|EINTEGRITY|DO NOT MATCH/i.test(output)) {
    return `${what} failed: a downloaded file is not the one that was expected (its checksum differs). Nothing of it was used. Run the command again; if it stays so, something between you and the package server changes files.\n\n${last}`;
  }
  if (/ProxyError|tunneling socket|407 Proxy/i.test(output)) {
    return `${what} failed: the proxy refuses. Check HTTPS_PROXY and HTTP_PROXY (now ${process.env.HTTPS_PROXY ?? process.env.https_proxy ?? "not set"}).\n\n${last}`;
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|NewConnectionError|NameResolution|Temporary failure|No matching distribution|Network is unreachable|ConnectTimeout/i.test(
      output,
    )
  ) {
    return `${what} failed: the package server does not answer. The first start needs a network (later ones do not). Behind a proxy, set HTTPS_PROXY. Then run the command again; it goes on from here.\n\n${last}`;
  }
  return `${what} failed (exit status ${status}). The last lines of ${command}:\n\n${last}`;
}
