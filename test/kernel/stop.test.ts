import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type CellResult, type Kernel, startKernel } from "./kernel";

/** A module that takes two seconds to load, and counts how often it began. */
const SLOW = `
globalThis.loads = (globalThis.loads ?? 0) + 1;
for (const start = performance.now(); performance.now() - start < 2000; );
exports.value = 7;`;

describe("the stop button", { timeout: 60_000 }, () => {
  let folder: string;
  let kernel: Kernel;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "stop-"));
    writeFileSync(path.join(folder, "slow.js"), SLOW);
    writeFileSync(path.join(folder, "endless.js"), "module.exports = () => { for (;;); };");
    kernel = await startKernel({ folder });
    await kernel.run(`function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }`);
  });
  after(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs cells as "Run All" does, and presses the button as soon as one of them says so. */
  const runAndPress = (...cells: string[]): Promise<CellResult[]> =>
    kernel.runAll(cells, ({ text }) => {
      if (text.includes("press")) kernel.interrupt();
    });

  for (const [what, code] of [
    ["a recursion", `console.log("press"); fib(60);`],
    ["a recursion after an await", `await 0; console.log("press"); fib(60);`],
    [
      "a function that is called for each item of a list, after an await",
      `await 0; console.log("press"); Array.from({ length: 1e9 }, (_, i) => i % 7);`,
    ],
    [
      "loops inside each other, where one catches the other's errors",
      `console.log("press"); while (true) { try { for (const n of [1, 2]) fib(n); } catch {} }`,
    ],
    [
      "the same after an await",
      `await 0; console.log("press"); while (true) { try { for (const n of [1, 2]) fib(n); } catch {} }`,
    ],
    ["a package that computes", `const run = require("./endless.js"); console.log("press"); run();`],
  ]) {
    it(`ends ${what}`, async () => {
      const [cell, next] = await runAndPress(code, `console.log("ran on");`);
      assert.deepEqual([cell.status, cell.printed], ["error", "press\nStopped.\n"]);
      assert.equal(next.status, "aborted");
    });
  }

  it("ends a timer's endless loop, and with it the cell that waits", async () => {
    await kernel.run(`setTimeout(() => { console.log("press"); for (;;); }, 300);`);
    const pressed = new Promise((resolve) => setTimeout(resolve, 800)).then(() => kernel.interrupt());
    const [cell] = await Promise.all([
      kernel.run(`await new Promise((resolve) => setTimeout(resolve, 60_000));`),
      pressed,
    ]);
    assert.match(cell.printed, /Stopped\./);
    assert.equal((await kernel.run(`for (const n of [7]) console.log(n);`)).printed, "7\n");
  });

  it("lets a module load whole, then ends the cell and those that wait", async () => {
    const [cell, next] = await runAndPress(
      `console.log("press"); require("./slow.js");`,
      `console.log("ran on");`,
    );
    assert.doesNotMatch(cell.printed, /slow\.js/);
    assert.equal(next.status, "aborted");
    const look = await kernel.run(`console.log(require("./slow.js").value, (globalThis as any).loads);`);
    assert.equal(look.printed, "7 1\n");
  });
});
