// @ts-check
/** JupyterLab as a program: starts it, waits until it answers, and ends with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { environment } from "./environment.mjs";
import { ROOT, VENV_PYTHON } from "./places.mjs";
import { Problem } from "./problem.mjs";

/** How long JupyterLab may take to answer, in milliseconds. */
const PATIENCE = 120_000;
/** How many of its lines are told where it fails. */
const LINES = 15;

/**
 * @typedef {object} ServerOptions
 * @property {number} port
 * @property {string} token that opens it
 * @property {string} folder that it shows
 * @property {string} state folder where it keeps what it remembers
 * @property {string} [data] folder of Jupyter's data that wins over the project's
 * @property {string} [bytecode] folder for Python's compiled modules where they cannot lie beside their sources
 */

/**
 * Runs JupyterLab to its end. Ctrl+C and other requests to end it are passed on.
 * @param {ServerOptions} options
 * @param {() => void} onOpen called when it answers
 * @returns {Promise<number>} its exit status
 * @throws Problem with its last lines where it ends before it answers, or does not answer
 */
export async function runServer(options, onOpen) {
  const server = start(options);
  const ended = once(server, "exit"); // rejects where it cannot be started
  ended.catch(() => undefined); // told below
  const words = keepWords(server);
  let isStopping = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      isStopping = true;
      server.kill("SIGTERM");
    });
  }
  process.on("exit", () => server.kill("SIGTERM"));
  const isOpen = await untilItAnswers(server, options);
  if (!isOpen && !isStopping) {
    await words.complete();
    const what = hasEnded(server)
      ? `JupyterLab ended before it answered (${server.signalCode ?? `exit status ${server.exitCode}`}).`
      : `JupyterLab runs, but has not answered on port ${options.port} for ${PATIENCE / 60_000} minutes.`;
    throw new Problem(`${what} Its last lines:\n\n${words.last() || "(it said nothing)"}`);
  }
  words.passOn();
  if (isOpen) onOpen();
  const [status] = await ended;
  // A kernel that outlives the server for a moment holds its streams, and would hold us.
  setTimeout(() => process.exit(), 500).unref();
  return status ?? 1;
}

/** @param {ServerOptions} options */
function start({ port, token, folder, state, data, bytecode }) {
  // -I: neither modules of the user's nor folders of the project's are taken for Python's.
  const python = ["-I", ...(bytecode === undefined ? [] : ["-X", `pycache_prefix=${bytecode}`])];
  const lab = [
    "--no-browser",
    "--ip=127.0.0.1",
    `--port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${folder}`,
    "--Application.log_level=WARN",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []), // in a container one is often root
  ];
  return spawn(VENV_PYTHON, [...python, "-m", "jupyterlab", ...lab], {
    env: { ...environment({ state, data }), JUPYTER_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: ROOT,
    detached: true, // in a group of its own, so that Ctrl+C reaches only us and it does not stop to ask
  });
}

/** @typedef {ReturnType<typeof start>} Server */

/** @param {Server} server */
const hasEnded = ({ pid, exitCode, signalCode }) =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Keeps what a server says, until it is to be passed on to the terminal. @param {Server} server */
function keepWords(server) {
  const words = ["", ""]; // what it says as output and, after that, as errors
  let isPassedOn = false;
  const isClosed = new Promise((resolve) => server.once("close", resolve));
  for (const [i, stream] of [server.stdout, server.stderr].entries()) {
    stream.setEncoding("utf8").on("data", (/** @type {string} */ part) => {
      if (isPassedOn) process.stderr.write(part);
      else words[i] += part;
    });
  }
  return {
    /** Waits for the last words of one that has ended; a program of its own may hold its streams open. */
    complete: () => Promise.race([isClosed, new Promise((resolve) => setTimeout(resolve, 1000))]),
    last: () => words.join("").trimEnd().split("\n").slice(-LINES).join("\n"),
    passOn: () => {
      process.stderr.write(words.join(""));
      isPassedOn = true;
    },
  };
}

/** @param {Server} server @param {ServerOptions} options @returns {Promise<boolean>} false where it ends, or is silent too long */
async function untilItAnswers(server, options) {
  for (const started = performance.now(); performance.now() - started < PATIENCE;) {
    if (await answers(options)) return true;
    if (hasEnded(server)) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Whether the server with this token answers, and not another one on its port. @param {ServerOptions} options @returns {Promise<boolean>} */
function answers({ port, token }) {
  const headers = { Authorization: `token ${token}` };
  const agent = new http.Agent(); // one of its own asks no proxy, whatever the user's settings are
  return new Promise((resolve) => {
    http
      .get({ port, host: "127.0.0.1", path: "/api/status", headers, agent }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on("error", () => resolve(false));
  });
}
