// @ts-check
/** Lets one set-up at a time work in the folder. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "./places.mjs";

const FILE = path.join(CACHE, "setup.lock");

/**
 * Runs `work` while no other set-up does. Waits for another; a lock that a dead process left is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(CACHE, { recursive: true });
  for (let told = false; !take(); told = true) {
    if (!told) console.log("Another set-up is at work in this folder; waiting for it.");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    rmSync(FILE, { force: true });
  }
}

function take() {
  try {
    writeFileSync(FILE, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!isAlive(Number(read()))) rmSync(FILE, { force: true });
    return false;
  }
}

function read() {
  try {
    return readFileSync(FILE, "utf8") || String(process.pid); // empty: it is just being written
  } catch {
    return String(process.pid);
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
