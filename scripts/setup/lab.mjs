// @ts-check
/** The course in JupyterLab, after set-up. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./places.mjs";
import { codeOf, fail, Problem } from "./problem.mjs";
import { runServer } from "./server.mjs";
import { setUp } from "./setup.mjs";
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
    options: { port: { type: "string" }, "no-browser": { type: "boolean" }, cpu: { type: "boolean" } },
  });
  if (values.port !== undefined) await choosePort(values.port); // told before set-up, which takes minutes
  await setUp({ cpu: values.cpu });
  const port = await choosePort(values.port);
  const token = randomBytes(24).toString("hex");
  const places = preparePlaces();
  const onOpen = () => {
    const first = path.join("notebooks", "00_start_here.ipynb");
    const page = existsSync(path.join(places.folder, first)) ? `/lab/tree/${first}` : "/lab/tree/notebooks";
    const url = `http://127.0.0.1:${port}${page}?token=${token}`;
    if (places.folder !== ROOT) tellCopies(places.folder);
    console.log(`\nThe course is open at\n\n  ${url}\n\nCtrl+C here ends it.`);
    if (!values["no-browser"]) openBrowser(url);
  };
  process.exitCode = await runServer({ ...places, port, token }, onOpen);
}

/** @param {string} folder */
function tellCopies(folder) {
  const isTemporary = folder.startsWith(os.tmpdir());
  console.log(
    `\nThis folder cannot be written, so you work on copies of the notebooks, and save them, in\n\n  ${folder}\n\n` +
      (isTemporary ? "Temporary files are deleted some day: keep what you want to keep elsewhere. " : "") +
      "Delete a copy, and the next start brings the original back.",
  );
}

main().catch(fail);
