import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "./kernel";

/** Cells of a notebook, and what the last of them prints. */
const NOTEBOOKS: Record<string, [what: string, cells: string[], printed: string][]> = {
  "find the variables of earlier cells": [
    [
      "in the short form of an object",
      [`const seed = 5, w = 2;`, `console.log({ seed, w });`],
      "{ seed: 5, w: 2 }",
    ],
    [
      "of a cell that is run again and again",
      [`const a = 5;`, `const a = 5;`, `const a = 5;`, `console.log(a);`],
      "5",
    ],
    [
      "in a function's result",
      [`const a = 5;`, `const make = () => ({ a }); console.log(make());`],
      "{ a: 5 }",
    ],
    [
      "as the defaults of a pattern",
      [`const b = 5;`, `const { c = b, d: [e = b] } = { d: [] } as any; console.log(c, e);`],
      "5 5",
    ],
    [
      "beside properties of the same name",
      [`const f = 5; interface F { f: number }`, `const { f: g }: F = { f: 6 }; console.log(f, g);`],
      "5 6",
    ],
  ],
  "keep a cell's own variable apart from an earlier one of the same name": [
    ["in a block", [`const h = 5;`, `{ const h = 7; console.log({ h }); }`], "{ h: 7 }"],
    ["as a parameter", [`const k = 5;`, `console.log(((k: number) => ({ k }))(7));`], "{ k: 7 }"],
  ],
  "may export what they declare, as the file does that it was copied from": [
    [
      "functions and classes",
      [
        `export function t(n: number) { return n + 1; }\nexport abstract class T { n = 7 }`,
        `console.log(t(1), new (class extends T {})().n);`,
      ],
      "2 7",
    ],
    [
      "constants and types",
      [`/** Seven. */ export const u = 7; export type U = number;`, `const v: U = u; console.log(v);`],
      "7",
    ],
  ],
  "assign to the variables of earlier cells": [
    ["with a default", [`let m: number;`, `({ m = 5 } = {} as any); console.log(m);`], "5"],
    ["with a value in place of the default", [`let n = 1;`, `({ n = 5 } = { n: 7 }); console.log(n);`], "7"],
    ["in nested patterns", [`let o = 1;`, `({ inner: { o = 5 } = {} } = {} as any); console.log(o);`], "5"],
    ["in arrays of patterns", [`let p = 1;`, `[{ p = 5 }] = [{}] as any; console.log(p);`], "5"],
    ["in a for loop", [`let q = 1;`, `for ({ q = 3 } of [{}, { q: 4 }] as any[]) console.log(q);`], "3\n4"],
    [
      "with an earlier variable as the default",
      [`let r = 1; const s = 5;`, `({ r = s } = {} as any); console.log(r);`],
      "5",
    ],
  ],
  "may loop with for await": [
    ["as their only await", [`for await (const n of [1, 2]) console.log(n);`], "1\n2"],
    ["indented", [`   for await (const n of [1, 2]) console.log(n);`], "1\n2"],
    [
      "in a try",
      [`try { for await (const n of [1]) console.log(n); } finally { console.log("end"); }`],
      "1\nend",
    ],
    ["in an if and a block", [`if (true) { { for await (const n of [1]) console.log(n); } }`], "1"],
    ["with a label", [`out: for await (const n of [1, 2]) { console.log(n); break out; }`], "1"],
    [
      "in an async function that is not awaited",
      [`async function f() { for await (const n of [1]) console.log(n); }\nvoid f();\nconsole.log(0);`],
      "0\n1",
    ],
  ],
};

describe("cells as a student writes them", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  for (const [what, notebooks] of Object.entries(NOTEBOOKS)) {
    for (const [how, cells, expected] of notebooks) {
      it(`${what} ${how}`, async () => {
        let [status, printed] = ["", ""];
        for (const cell of cells) ({ status, printed } = await kernel.run(cell));
        assert.equal(printed.trimEnd(), expected);
        assert.equal(status, "ok");
      });
    }
  }

  it("show the value of their last line", async () => {
    for (const [code, text] of [
      [`6 * 7`, "42"],
      [`"seven"`, "seven"],
      [`await Promise.resolve([1, 2])`, "[ 1, 2 ]"],
    ]) {
      const { messages, reply } = await kernel.run(code);
      assert.deepEqual(
        messages.map(({ type, data }) => [type, data]),
        [["execute_result", { "text/plain": text }]],
      );
      assert.equal(typeof reply.execution_count, "number");
    }
    assert.deepEqual((await kernel.run(`undefined`)).messages, []);
  });

  it("show a long value shortened, and say how much is left out", async () => {
    for (const code of [
      `"x".repeat(100_000)`,
      `Array.from({ length: 1000 }, (_, i) => "a text of some length " + i)`,
    ]) {
      const [bundle] = (await kernel.run(code)).outputs as Record<string, string>[];
      assert.ok(bundle["text/plain"].length < 5000, `${bundle["text/plain"].length} characters`);
      assert.match(bundle["text/plain"], /more/);
    }
  });

  it("print a promise that lacks its await as a program does, with nothing of the kernel's", async () => {
    const { printed } = await kernel.run(
      `const late = async (n: number) => ({ n }); console.log(late(7), [new Promise(() => {})]);`,
    );
    assert.equal(printed, "Promise { { n: 7 } } [ Promise { <pending> } ]\n");
  });

  it("import a TypeScript file that lies beside the notebook, and what it imports, also when they run", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "beside-"));
    symlinkSync(path.join(__dirname, "../../node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "half.ts"), "export const half: number = 1;");
    writeFileSync(path.join(folder, "mine.ts"), `import { half } from "./half"; export const w = 2 * half;`);
    writeFileSync(path.join(folder, "late.ts"), "export const seed: number = 7;");
    const beside = await startKernel({ folder });
    try {
      assert.equal((await beside.run(`import { w } from "./mine"; console.log(w);`)).printed, "2\n");
      assert.equal((await beside.run(`console.log((await import("./late")).seed);`)).printed, "7\n");
    } finally {
      await beside.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
