// @ts-check
/** Runs pip from its own wheel with the user's mirrors, proxies and certificates, and with no other setting of pip's. */
import os from "node:os";
import path from "node:path";
import { PIP, SETUP } from "./places.mjs";
import { mustRun } from "./run.mjs";

/**
 * @param {string} what it does, for the message
 * @param {string} python
 * @param {readonly [command: "download" | "install", ...args: string[]]} args of pip's
 * @param {(line: string) => void} onLine sees every line
 */
export async function pip(what, python, args, onLine) {
  const script = path.join(SETUP, "pip_network.py");
  const network = JSON.parse(await mustRun(what, python, [script, path.dirname(PIP), args[0]]));
  const others = Object.keys(process.env).filter((name) => name.startsWith("PIP_"));
  const env = {
    ...Object.fromEntries(others.map((name) => [name, undefined])),
    ...network,
    PIP_CONFIG_FILE: os.devNull, // pip then reads no other one
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  };
  await mustRun(what, python, [PIP, ...args, "--no-cache-dir"], { env, onLine });
}
