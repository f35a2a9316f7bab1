/** A kernel whose server is gone. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";

const KERNEL = path.join(__dirname, "../../kernel/dist/main.js");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a kernel ends within seconds of the program that started it", { timeout: 30_000 }, async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "orphan-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "connection.json");
  const ports = ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"];
  const free = Object.fromEntries(ports.map((port, i) => [port, 41_870 + (process.pid % 100) * 8 + i]));
  writeFileSync(
    file,
    JSON.stringify({ ...free, transport: "tcp", ip: "127.0.0.1", key: "", signature_scheme: "hmac-sha256" }),
  );
  const starter = `
    const { spawn } = require("node:child_process");
    const kernel = spawn(process.execPath, [${JSON.stringify(KERNEL)}, ${JSON.stringify(file)}], { stdio: "ignore" });
    console.log(kernel.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["-e", starter], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout.setEncoding("utf8"), "data")) as [string];
  const kernel = Number(line);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.ok(isAlive(kernel), "it lives while its starter does");
  parent.kill("SIGKILL");
  const deadline = Date.now() + 10_000;
  while (isAlive(kernel) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
  const left = isAlive(kernel);
  if (left) process.kill(kernel, "SIGKILL");
  assert.ok(!left, "it was still there after ten seconds");
});
