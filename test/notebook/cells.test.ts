import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "./kernel";

describe("cells as a learner writes them", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
    const { status, printed } = await kernel.run(
      `const seed = 5; let w = 2; const twice = (n: number) => 2 * n;`,
    );
    assert.equal(status, "ok", printed);
  });
  after(() => kernel.close());

  it("find the variables of earlier cells in the short form of an object", async () => {
    const { printed } = await kernel.run(`console.log(JSON.stringify({ seed, w, four: twice(w) }));`);
    assert.equal(printed, `{"seed":5,"w":2,"four":4}\n`);
    const nested = await kernel.run(`const make = () => ({ seed }); console.log(JSON.stringify(make()));`);
    assert.equal(nested.printed, `{"seed":5}\n`);
  });

  it("keep a cell's own variable apart from an earlier one of the same name", async () => {
    const { printed } = await kernel.run(`{ const seed = 7; console.log(JSON.stringify({ seed })); }`);
    assert.equal(printed, `{"seed":7}\n`);
  });

  it("may have a for await as their only await", async () => {
    const { status, printed } = await kernel.run(
      `async function* count() { yield 1; yield 2; }\nfor await (const n of count()) console.log(n);`,
    );
    assert.equal(printed, "1\n2\n");
    assert.equal(status, "ok");
  });
});
