/** The test of the examples bites: what is wrong with an example, or missing, is found. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { readDocstrings } from "./docstrings";
import { prepareExamples } from "./example-program";

/** What is wrong with an example before it runs, or else what it throws. */
async function verdicts(codes: string[]): Promise<(string | undefined)[]> {
  return Promise.all(
    prepareExamples(codes).map(async ({ problems, run }) => {
      if (problems.length > 0) return problems.join("; ");
      return run().then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      );
    }),
  );
}

const RIGHT = [
  "1 + 1 // 2",
  "const third = 1 / 3; // 0.33",
  "const large = 3_350_721; // 3_350_721",
  "1e-4 // 1e-4",
  "-2.04 // -2.0",
  "Float32Array.of(0.1, 0.2) // [0.1, 0.2]",
  "[1, 2, 3] // [1, 2, ...]",
  '({ name: "ddim", eta: 0 }) // { name: "ddim", ... }',
  "new Map<string, number>().get('a') // undefined",
  "await Promise.resolve([true, null]) // [true, null]",
  "// Words have a line of their own.\nfor (const w of [1, 2])\n  cfg.fromHoSalimans(w);\nNaN // NaN",
];

test("what is shown and right passes", async () => {
  assert.deepEqual(
    await verdicts(RIGHT),
    RIGHT.map(() => undefined),
  );
});

const WRONG: [code: string, message: RegExp][] = [
  ["1 + 1 // 3", /shows 3; the value is 2\./],
  ["2.4 // 2", /shows 2; the value is 2\.4/],
  ["1 / 3 // 0.34", /shows 0\.34; the value is 0\.333/],
  ["[1, 2, 3] // [1, 2]", /the value is \[ 1, 2, 3 \]/],
  ["[1] // [1, 2, ...]", /the value is \[ 1 \]/],
  ['({ name: "ddim", eta: 0 }) // { name: "ddim" }', /eta: 0/],
  ["const a = 1;\nconst b: string = a; // 1", /line 2: Type 'number' is not assignable to type 'string'/],
  ["cfg.linearSchedule({ timestep: 3 });", /'timestep'.*timesteps/s],
  ["cfg.noSuchName()", /'noSuchName' does not exist/],
  ["cfg.guide(", /expected/],
  ["1 + 1 // two", /"\/\/ two" is not compared/],
  ["for (const w of [1]) w; // 1", /"\/\/ 1" is not compared/],
  ["cfg.fromHoSalimans(NaN)", /paperScale is NaN/],
];

test("what is wrong is found, and said", async () => {
  const found = await verdicts(WRONG.map(([code]) => code));
  for (const [i, [code, message]] of WRONG.entries()) assert.match(found[i] ?? "nothing", message, code);
});

test("the examples of an index are read, and what can be called and has none is named", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cfg-docstrings-"));
  try {
    writeFileSync(
      path.join(folder, "source.ts"),
      `/**
 * One.
 * @example
 * one() // 1
 * @param x never used
 */
export const one = (x?: number): number => 1;
export function two(): void {}
export const three: number = 3;
export class Four {
  /** @example new Four().five() // 5 */
  five(): number { return 5; }
}
export interface Six { seven: number }
`,
    );
    writeFileSync(path.join(folder, "index.ts"), 'export { one, two, three, Four, type Six } from "./source";\n');
    assert.deepEqual(readDocstrings(path.join(folder, "index.ts")), {
      examples: [
        { name: "one", code: "one() // 1" },
        { name: "Four.five", code: "new Four().five() // 5" },
      ],
      without: ["Four", "two"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
