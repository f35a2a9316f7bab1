// @ts-check
/** `npm run hub:load`: a whole class at once, on a hub of its own that is tried out and removed again. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { environment } from "../setup/environment.mjs";
import { ROOT, VENV_PYTHON } from "../setup/places.mjs";
import { fail, Problem } from "../setup/problem.mjs";
import { HUB_PACKAGES } from "./packages.mjs";
import { endHub, startHub } from "./start.mjs";

const USAGE = `npm run hub:load -- --students 20   what a class at once means for this machine

--students 20   how many log in, run the first picture in the same second, and then sample sweeps
--trainers 2    how many more train all the while
--sweeps 10     how often each samples five scales times ten digits
--pause 10      seconds that each looks at a sweep, on average
--threads 1     processors that one kernel computes on
--port 8700     the port of the hub that is tried, and the next two`;

async function main() {
  const text = (/** @type {string} */ usual) => ({ type: /** @type {const} */ ("string"), default: usual });
  const { values } = parseArgs({
    options: {
      ...{ students: text("20"), trainers: text("2"), sweeps: text("10"), pause: text("10") },
      ...{ threads: text("1"), port: text("8700"), help: { type: "boolean", default: false } },
    },
  });
  if (values.help) return void console.log(USAGE);
  const { students, trainers, sweeps, pause, port, threads } = values;
  for (const [name, value] of Object.entries({ students, trainers, sweeps, pause, port, threads }))
    if (!/^\d+$/.test(value)) throw new Problem(`--${name} is ${value}; give a whole number.`);
  const folder = mkdtempSync(path.join(os.tmpdir(), "hub-load-"));
  const token = randomBytes(16).toString("hex");
  const most = String(Number(students) + Number(trainers) + 1);
  const hub = await startHub({
    args: ["--try", "--port", port, "--state", folder, "--threads", threads, "--most", most],
    env: { CFG_HUB_LOAD_TOKEN: token, CFG_CLASS_PASSWORD: "a class at once" },
    port: Number(port),
  });
  try {
    process.exitCode = await drive([port, students, trainers, sweeps, pause], token);
  } finally {
    await endHub(hub, folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} numbers @param {string} token @returns {Promise<number>} */
function drive(numbers, token) {
  const script = path.join(ROOT, "scripts", "hub", "load.py");
  const child = spawn(VENV_PYTHON, ["-I", script, ROOT, HUB_PACKAGES, ...numbers], {
    env: { ...environment(), CFG_HUB_LOAD_TOKEN: token },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve) => child.on("exit", (status) => resolve(status ?? 1)));
}

main().catch(fail);
