/** Set-up killed at any moment, or started twice. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { moduleText, SETUP, within } from "./module";

const folder = mkdtempSync(path.join(os.tmpdir(), "setup-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const RUNNING = path.join(SETUP, "..", "..", ".cache", "running");

const lockOptions = (name: string, more: object = {}): string =>
  JSON.stringify({ file: path.join(folder, name), ...more });

/** Starts a module in a process of its own and waits for its first line. */
async function start(file: string, snippet: string): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", moduleText(file, snippet)], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: SETUP,
  });
  const [data] = (await once(child.stdout, "data")) as [Buffer];
  return { child, line: data.toString().trim() };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${String(pid)}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

test("a second set-up waits for the first, then works", async () => {
  const options = lockOptions("two.lock");
  const { child } = await start(
    "lock.mjs",
    `await it.withLock(async () => { console.log("first"); await new Promise((r) => setTimeout(r, 1500)); }, ${options});`,
  );
  const second = within("lock.mjs", `await it.withLock(async () => console.log("second"), ${options});`);
  assert.match(second.text, /Another set-up is at work.*\nsecond/);
  assert.notEqual(child.exitCode ?? 0, 1);
  assert.ok(!existsSync(path.join(folder, "two.lock")));
});

test("a killed set-up's lock is taken over at once", async () => {
  const options = lockOptions("killed.lock");
  const { child } = await start(
    "lock.mjs",
    `await it.withLock(async () => { console.log("first"); await new Promise((r) => setTimeout(r, 60000)); }, ${options});`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(path.join(folder, "killed.lock")));
  const second = within("lock.mjs", `await it.withLock(async () => console.log("second"), ${options});`);
  assert.equal(second.text.trim(), "second");
});

test("a lock that nobody keeps alive is taken over, though another process has its number now", () => {
  const file = path.join(folder, "old.lock");
  writeFileSync(file, `${String(process.pid)} ${os.hostname()}`);
  const long = new Date(Date.now() - 60_000);
  utimesSync(file, long, long);
  const { text } = within(
    "lock.mjs",
    `await it.withLock(async () => console.log("works"), ${lockOptions("old.lock", { deadAfter: 1000 })});`,
  );
  assert.match(text, /works\n$/);
});

test("a lock that is kept alive is not taken over where the clock has jumped, forwards or back", async () => {
  const file = path.join(folder, "alive.lock");
  const { child } = await start(
    "lock.mjs",
    `await it.withLock(async () => { console.log("first"); await new Promise((r) => setTimeout(r, 60000)); }, ${lockOptions("alive.lock")});`,
  );
  for (const jump of [-1, 1]) {
    const then = new Date(Date.now() + jump * 365 * 86_400_000);
    utimesSync(file, then, then); // as a beat before the jump has left it
    const { text } = within(
      "lock.mjs",
      `setTimeout(() => { console.log("still waiting"); process.exit(); }, 1000);
      await it.withLock(async () => console.log("taken over"), ${lockOptions("alive.lock")});`,
    );
    assert.match(text, /Another set-up is at work.*\nstill waiting\n$/);
  }
  assert.equal(child.exitCode, null, "it works on");
  child.kill("SIGKILL");
  await once(child, "exit");
});

test("a lock of the future, which a clock that jumped back has left, is taken over", () => {
  const file = path.join(folder, "future.lock");
  writeFileSync(file, `${String(process.pid)} ${os.hostname()}`);
  const future = new Date(Date.now() + 365 * 86_400_000);
  utimesSync(file, future, future);
  const { text } = within(
    "lock.mjs",
    `await it.withLock(async () => console.log("works"), ${lockOptions("future.lock", { deadAfter: 1000 })});`,
  );
  assert.match(text, /works\n$/);
});

test("what set-up runs ends with it: at a request to stop", async () => {
  const { child, line } = await start(
    "children.mjs",
    `import { spawn } from "node:child_process";
    await it.endingChildren(async () => {
      const sleep = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
      it.remember(sleep.pid);
      console.log(sleep.pid);
      await new Promise((r) => setTimeout(r, 60000));
    });`,
  );
  assert.ok(isAlive(Number(line)));
  child.kill("SIGTERM");
  const [status] = (await once(child, "exit")) as [number];
  assert.equal(status, 130);
  for (let tries = 0; tries < 100 && isAlive(Number(line)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20)); // it was killed, and ends when the system comes to it
  assert.ok(!isAlive(Number(line)));
});

/** Starts a program as a set-up does, which has had the lock or has not; returns its number. */
async function startProgram({
  hasLock,
}: {
  hasLock: boolean;
}): Promise<{ child: ChildProcess; program: number }> {
  const { child, line } = await start(
    "children.mjs",
    `import { spawn } from "node:child_process";
    ${hasLock ? "await it.endLeftOvers();" : ""}
    const sleep = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    it.remember(sleep.pid);
    console.log(sleep.pid);`,
  );
  return { child, program: Number(line) };
}

/** What a set-up that has the lock does first. */
const endLeftOvers = (): void =>
  assert.match(within("children.mjs", `await it.endLeftOvers(); console.log("went on");`).text, /went on/);

test("the next set-up ends what a killed one runs, and leaves alone what is run without the lock", async () => {
  const { child, program } = await startProgram({ hasLock: false });
  endLeftOvers();
  assert.ok(isAlive(program));
  child.kill("SIGKILL");
  await once(child, "exit");
  endLeftOvers();
  assert.ok(!isAlive(program));
  assert.ok(!existsSync(path.join(RUNNING, String(child.pid))));
});

test("the next set-up ends what one runs that is suspended, and has lost its lock", async () => {
  const { child, program } = await startProgram({ hasLock: true });
  child.kill("SIGSTOP");
  endLeftOvers();
  assert.ok(!isAlive(program));
  child.kill("SIGKILL");
});
