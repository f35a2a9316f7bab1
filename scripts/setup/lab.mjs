// @ts-check
/** The course in JupyterLab, after set-up. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { packedHere } from "./packed.mjs";
import { ROOT } from "./places.mjs";
import { codeOf, fail, Problem } from "./problem.mjs";
import { runServer } from "./server.mjs";
import { setUp } from "./setup.mjs";
import { isStarted } from "./stamps.mjs";
import { takeOver } from "./work-folder.mjs";
import { preparePlaces } from "./writable-places.mjs";

const FIRST_PORT = 8888;

/** What keeps a port from being opened, as an error's code. @param {number} port @returns {Promise<string | undefined>} */
function portProblem(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(codeOf(error) ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}

/** @param {string | undefined} asked */
async function choosePort(asked) {
  if (asked !== undefined) {
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw new Problem(`--port is ${asked}; give a number from 1 to 65535.`);
    const problem = await portProblem(port);
    if (problem === "EADDRINUSE")
      throw new Problem(`Port ${port} is in use. Give another one: npm start -- --port ${port + 1}`);
    if (problem !== undefined)
      throw new Problem(
        `Port ${port} cannot be opened (${problem}). Give one of 1024 or more: npm start -- --port 8888`,
      );
    return port;
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + 100; port++)
    if ((await portProblem(port)) === undefined) return port;
  throw new Problem(
    `No port from ${FIRST_PORT} to ${FIRST_PORT + 99} is free. Give one: npm start -- --port N`,
  );
}

/** @param {string} url */
function openBrowser(url) {
  const hasScreen = process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasScreen) return;
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      "no-browser": { type: "boolean" },
      cpu: { type: "boolean" },
      work: { type: "string" },
      from: { type: "string" },
    },
  });
  if (values.port !== undefined) await choosePort(values.port); // told before set-up, which takes minutes
  const isFirstState = !isStarted() || packedHere() !== undefined;
  await setUp({ cpu: values.cpu });
  const token = randomBytes(24).toString("hex");
  const places = preparePlaces({ work: values.work, isFirstState });
  if (values.from !== undefined && !places.filled)
    throw new Problem("--from takes work over into a work folder; --work names the course's own.");
  const taken =
    values.from === undefined ? undefined : takeOver(path.resolve(values.from), ROOT, places.folder);
  const onOpen = (/** @type {number} */ port) => {
    const first = path.join("notebooks", "00_start_here.ipynb");
    const page = existsSync(path.join(places.folder, first)) ? `/lab/tree/${first}` : "/lab/tree/notebooks";
    const url = `http://127.0.0.1:${port}${page}?token=${token}`;
    for (const filled of [places.filled, taken]) if (filled) tellWork(places.folder, filled);
    console.log(`\nThe course is open at\n\n  ${url}\n\nCtrl+C here ends it.`);
    if (!values["no-browser"]) openBrowser(url);
  };
  for (let tries = 1; ; tries++) {
    const port = await choosePort(values.port);
    try {
      process.exitCode = await runServer({ ...places, port, token }, () => onOpen(port));
      return;
    } catch (error) {
      // Two that start at once may find the same port free.
      const isTaken = error instanceof Problem && /port \d+ is not available/.test(error.message);
      if (!isTaken || values.port !== undefined || tries === 10) throw error;
    }
  }
}

/**
 * Says where one's work is, and what has come to it.
 * @param {string} folder @param {import("./work-folder.mjs").Filled} filled
 */
function tellWork(folder, { renewed, offered, found }) {
  console.log(`\nYou work on copies of the notebooks. They, and what you make, are in\n\n  ${folder}\n`);
  if (folder.startsWith(os.tmpdir()))
    console.log("Temporary files are deleted some day: keep what you want to keep elsewhere.");
  const list = (/** @type {string[]} */ names) => names.map((name) => `\n  ${name}`).join("");
  if (renewed.length > 0)
    console.log(`New versions, of notebooks that you have not changed:${list(renewed)}`);
  if (offered.length > 0) console.log(`New versions, beside those that you have changed:${list(offered)}`);
  if (found.length > 0) console.log(`Found elsewhere with changes, and taken over:${list(found)}`);
}

main().catch(fail);
