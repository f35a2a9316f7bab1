import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Kernel, startKernel } from "./kernel";

const block = (ms: number): string =>
  `for (const start = performance.now(); performance.now() - start < ${ms}; );`;

describe("Run All", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(`import * as cfg from "cfg-lib";`);
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  it("brings what a cell has shown to the screen while the next cells compute", async () => {
    const cells = await kernel.runAll([
      `cfg.show({ data: [{ y: [1, 2] }], layout: {} }); console.log("shown");`,
      block(1500),
      block(1500),
      `console.log("between"); ${block(1500)}`,
    ]);
    const [figure, text] = cells[0].messages;
    for (const { at } of [figure, text]) assert.ok(at < cells[1].endedAt - 1200, "in the first cell's time");
    assert.ok(cells[3].messages[0].at < cells[3].endedAt - 1200, "before the last cell blocks");
  });

  it("tells truly that the kernel is busy until the last cell has ended", async () => {
    const seen: (string | undefined)[] = [];
    let isRunning = true as boolean;
    const cells = kernel.runAll(
      ["1", "2", "3"].map((n) => `await new Promise((go) => setTimeout(go, 300)); ${n}`),
    );
    void cells.then(() => {
      isRunning = false;
    });
    await wait(100);
    while (isRunning) {
      seen.push(kernel.status());
      await wait(20);
    }
    const idle = seen.filter((status) => status === "idle").length;
    assert.ok(seen.length > 20 && idle <= 4, `idle ${idle} of ${seen.length} times`); // for a moment between two cells
    assert.equal(kernel.status(), "idle");
  });

  const COUNT = `
    const counting = cfg.progress(Array.from({ length: 1000 }, (_, i) => i));
    for await (const i of counting) { if (i === 2) console.log("press"); await new Promise((go) => setTimeout(go, 5)); }
    console.log("kept");`;
  for (const [what, code, printed] of [
    ["a loop that ends by itself", COUNT, /kept/],
    [
      "a cell that waits",
      `console.log("press"); await new Promise((go) => setTimeout(go, 60000));`,
      /Stopped\./,
    ],
    ["a cell that computes", `console.log("press"); ${block(60_000)}`, /Stopped\./],
    ["a cell that computes after an await", `await 0; console.log("press"); ${block(60_000)}`, /Stopped\./],
  ] as const) {
    it(`is ended by the stop button, for the cells that wait too: ${what}`, { timeout: 30_000 }, async () => {
      const cells = await kernel.runAll(
        [code, `console.log("ran on");`, `console.log("and on");`],
        ({ text }) => {
          if (text.includes("press")) kernel.interrupt();
        },
      );
      assert.match(cells[0].printed, printed);
      assert.doesNotMatch(cells[0].printed, /\bat |tslab|node:/, "no stack");
      for (const { status, printed } of cells.slice(1)) assert.deepEqual([status, printed], ["aborted", ""]);
      assert.equal(kernel.status(), "idle");
      const next = await kernel.run(`console.log("works");`);
      assert.deepEqual([next.status, next.printed], ["ok", "works\n"]);
    });
  }

  it("leaves no loop behind that runs on in a cell that was given up", async () => {
    const [cell] = await kernel.runAll(
      [
        `let turns = 0; console.log("press"); for (;;) { turns++; await new Promise((go) => setTimeout(go, 10)); }`,
      ],
      ({ text }) => {
        if (text.includes("press")) kernel.interrupt();
      },
    );
    assert.match(cell.printed, /Stopped\./);
    const look = `await new Promise((go) => setTimeout(go, 100)); turns`;
    // The cell failed, so its variables are not known by name to later cells.
    const turns = `(globalThis as any)[Symbol.for("cfg-kernel cell")][0].turns`;
    const outputs = [
      await kernel.run(look.replace("turns", turns)),
      await kernel.run(look.replace("turns", turns)),
    ];
    assert.equal(outputs[0].outputs.length, 1);
    assert.deepEqual(outputs[0].outputs, outputs[1].outputs);
  });

  it("is ended by an error; a cell that is run afterwards at once is run", async () => {
    const cells = await kernel.runAll([`throw new Error("on purpose");`, `console.log("ran on");`]);
    assert.deepEqual(
      cells.map(({ status }) => status),
      ["error", "aborted"],
    );
    const next = await kernel.run(`console.log("works");`);
    assert.equal(next.printed, "works\n");
  });
});
