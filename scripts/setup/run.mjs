// @ts-check
/** Runs programs, keeping what they print for the case that they fail. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { forget, remember } from "./children.mjs";
import { freeBytes } from "./disk.mjs";
import { setupEnvironment } from "./environment.mjs";
import { ROOT, SCRATCH } from "./places.mjs";
import { diskFull, Problem } from "./problem.mjs";

/** How much of a program's output is kept, in characters. */
const KEPT = 200_000;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] beside the usual environment
 * @property {(line: string) => void} [onLine] sees every line
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
    mkdirSync(SCRATCH, { recursive: true });
    const child = spawn(command, args, {
      cwd,
      env: { ...setupEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // in a group of its own, see children.mjs
    });
    remember(child.pid);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.on("data", (/** @type {Buffer} */ data) => {
        const text = data.toString();
        output = (output + text).slice(-KEPT);
        const lines = (rest + text).split(/[\r\n]/);
        rest = lines.pop() ?? "";
        if (onLine) for (const line of lines) onLine(line);
      });
    }
    child.on("error", () => resolve({ status: null, output }));
    child.on("close", (status) => {
      forget(child.pid);
      resolve({ status: status ?? 1, output });
    });
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

/** The proxy that pip takes from the environment, without its password; undefined where there is none. */
function proxyHere() {
  const proxy = process.env.https_proxy ?? process.env.HTTPS_PROXY; // Python takes the small one where there are two
  return proxy?.replace(/\/\/[^/@]*@/, "//...@") || undefined;
}

/**
 * @param {string} what
 * @param {string} command
 * @param {number | null} status
 * @param {string} output
 */
export function explain(what, command, status, output) {
  const lines = output.split("\n").filter((line) => line.trim() && !/http fetch|Retrying \(/.test(line));
  const last = lines.slice(-8).join("\n");
  if (status === null) return `${what} failed: there is no program ${command}.`;
  // Not every program says that the disk is full: pip then complains of an empty file of certificates.
  if (/ENOSPC|No space left/i.test(output) || freeBytes(SCRATCH) < 1e6) {
    return diskFull(what);
  }
  if (/\bEACCES|\bEPERM|\bEROFS|Permission denied|Read-only file system/i.test(output)) {
    return `${what} failed: a file in this folder cannot be written. It may belong to another user: run the command as that user, or put the course into a folder of your own.\n\n${last}`;
  }
  if (/hash(es)? (do|did) not match|EINTEGRITY|DO NOT MATCH/i.test(output)) {
    return `${what} failed: a downloaded file is not the one that was expected (its checksum differs). Nothing of it was used. Run the command again; if it stays so, something between you and the package server changes files.\n\n${last}`;
  }
  const proxy = proxyHere();
  if (/ProxyError|tunneling socket|407 Proxy/i.test(output)) {
    return `${what} failed: the proxy refuses. Check HTTPS_PROXY and HTTP_PROXY (now ${proxy ?? "not set"}).\n\n${last}`;
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|EHOSTUNREACH|NewConnectionError|NameResolution|Temporary failure|Network is unreachable|ConnectTimeout/i.test(
      output,
    )
  ) {
    return `${what} failed: the package server does not answer. The first start needs a network (later ones do not). ${proxy ? `Check the proxy: HTTPS_PROXY is ${proxy}.` : "Behind a proxy, set HTTPS_PROXY."} Then run the command again; it goes on from here.\n\n${last}`;
  }
  if (/No matching distribution|E404|ETARGET/i.test(output)) {
    return `${what} failed: the package server has no such file for this machine. A mirror may lag behind: try another one.\n\n${last}`;
  }
  return `${what} failed (exit status ${status}). The last lines of ${command}:\n\n${last}`;
}
