// @ts-check
/**
 * Gives a test file that runs beside others a processor of its own (`node --import` this, with --test; Linux): two
 * TensorFlows that share two processors wait for each other at every operation. What the test starts stays there, too.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CACHE } from "./places.mjs";

const CLAIMS = path.join(CACHE, "cores");

/** Whether the process that has a core is at work still. @param {string} claim */
function isTaken(claim) {
  try {
    process.kill(Number(readFileSync(claim, "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}

/** Notes down that a core is this process's. @param {number} core @returns {boolean} false if it is another's */
function takeCore(core) {
  const claim = path.join(CLAIMS, String(core));
  for (const tries of [1, 2])
    try {
      writeFileSync(claim, String(process.pid), { flag: "wx" });
      process.on("exit", () => rmSync(claim, { force: true }));
      return true;
    } catch {
      if (isTaken(claim) || tries === 2) return false;
      rmSync(claim, { force: true });
    }
  return false;
}

// The runner itself leads its files, and stays where it is.
if (process.env.NODE_TEST_CONTEXT !== undefined && process.platform === "linux")
  try {
    mkdirSync(CLAIMS, { recursive: true });
    const core = [...os.cpus().keys()].find(takeCore);
    if (core !== undefined)
      execFileSync("taskset", ["-acp", String(core), String(process.pid)], { stdio: "ignore" });
  } catch {
    // Without taskset, or where the core is not ours to use, only time is lost.
  }
