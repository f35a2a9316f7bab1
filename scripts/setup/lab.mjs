// @ts-check
/** The course in JupyterLab, after set-up. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { environment, ROOT, VENV } from "./places.mjs";
import { fail, Problem } from "./problem.mjs";
import { setUp } from "./setup.mjs";

const FIRST_PORT = 8888;
/** How long JupyterLab may take to answer, in milliseconds. */
const PATIENCE = 120_000;

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** @param {string | undefined} asked */
async function choosePort(asked) {
  if (asked !== undefined) {
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw new Problem(`--port is ${asked}; give a number from 1 to 65535.`);
    if (!(await isFree(port)))
      throw new Problem(`Port ${port} is in use. Give another one: npm start -- --port ${port + 1}`);
    return port;
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + 100; port++) if (await isFree(port)) return port;
  throw new Problem(
    `No port from ${FIRST_PORT} to ${FIRST_PORT + 99} is free. Give one: npm start -- --port N`,
  );
}

/** @param {string} url @param {() => boolean} hasEnded */
async function untilItAnswers(url, hasEnded) {
  for (const started = performance.now(); ;) {
    if (performance.now() - started > PATIENCE)
      throw new Problem("JupyterLab does not answer. Try again, with another port: npm start -- --port N");
    if (hasEnded()) throw new Problem("JupyterLab ended before it answered; its own message stands above.");
    const answers = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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
  const lab = spawn(
    path.join(VENV, "bin", "jupyter-lab"),
    [
      "--no-browser",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      `--ServerApp.root_dir=${ROOT}`,
      "--Application.log_level=WARN",
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []), // in a container one is often root
    ],
    {
      env: { ...environment(), JUPYTER_TOKEN: token },
      stdio: ["ignore", "inherit", "inherit"],
      cwd: ROOT,
      detached: true,
    },
  );
  let ended = false;
  let isStopping = false;
  lab.on("error", fail);
  lab.on("exit", (status) => {
    ended = true;
    process.exitCode = status ?? 1;
  });
  // In a process group of its own, so that Ctrl+C reaches only us and JupyterLab does not stop to ask.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => {
      isStopping = true;
      lab.kill("SIGTERM");
    });
  const address = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${address}/api`, () => ended).catch((error) => {
    if (!isStopping) throw error;
  });
  if (isStopping) return;
  const first = path.join("notebooks", "00_start_here.ipynb");
  const page = existsSync(path.join(ROOT, first)) ? `/lab/tree/${first}` : "/lab/tree/notebooks";
  const url = `${address}${page}?token=${token}`;
  console.log(`\nThe course is open at\n\n  ${url}\n\nCtrl+C here ends it.`);
  if (!values["no-browser"]) openBrowser(url);
}

main().catch(fail);
