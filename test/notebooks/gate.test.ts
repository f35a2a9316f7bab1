/** Executing a notebook must notice every way in which a cell fails: tslab itself never publishes an error output. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { execute, type Execution } from "../../scripts/notebooks/execute";
import { readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { writeFixture } from "./fixture";

/** Executes cells on a fresh kernel; the executed notebook, if any, is read before its folder goes. */
async function run(...cells: string[]): Promise<{ result: Execution; texts: string[] }> {
  const file = writeFixture(cells);
  const output = path.join(path.dirname(file), "executed.ipynb");
  try {
    const result = await execute(file, output, { cellTimeLimit: 60 });
    if (!existsSync(output)) return { result, texts: [] };
    const outputs = readNotebook(output).cells.flatMap((cell) => cell.outputs ?? []);
    return { result, texts: outputs.map(({ text }) => textOf(text)) };
  } finally {
    rmSync(path.dirname(file), { recursive: true, force: true });
  }
}

function assertFails(result: Execution, cell: number, message: RegExp): void {
  assert.ok("failedCell" in result, "the notebook passed");
  assert.equal(result.failedCell, cell);
  assert.match(result.message, message);
}

test("a sound notebook passes, on the project's own kernel, though JUPYTER_PATH names a folder with another of its name", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "other-kernel-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const spec = { argv: ["/bin/false", "{connection_file}"], display_name: "Other", language: "other" };
  mkdirSync(path.join(folder, "kernels", "tslab"), { recursive: true });
  writeFileSync(path.join(folder, "kernels", "tslab", "kernel.json"), JSON.stringify(spec));
  process.env.JUPYTER_PATH = folder;
  t.after(() => delete process.env.JUPYTER_PATH);
  const { result, texts } = await run(
    "const a = 2;",
    "console.log(a * 21);",
    // Variables of earlier cells in short form, and a lone for await.
    "console.log(JSON.stringify({ a }));",
    "async function* once() { yield { a }; }",
    "for await (const item of once()) console.log(item.a + 1);",
  );
  assert.ok(!("failedCell" in result), JSON.stringify(result));
  assert.match(texts.join(""), /42[^]*\{"a":2\}[^]*3/);
});

test("a cell that throws fails the notebook", async () => {
  const { result, texts } = await run("1;", 'throw new Error("a deliberate error");');
  assertFails(result, 1, /a deliberate error/);
  assert.deepEqual(texts, [], "nothing is written");
});

test("a typo fails the notebook with TypeScript's own message and its line", async () => {
  const { result } = await run("const digits = [1, 2];\n\nconsole.log(digts.length);");
  assertFails(result, 0, /3:\d+ - Cannot find name 'digts'/);
});

test("an error behind an await fails the notebook", async () => {
  const { result } = await run(
    'await new Promise((resolve) => setTimeout(resolve, 10));\nthrow new Error("late");',
  );
  assertFails(result, 0, /late/);
});

test("a wrong argument to the library fails with one line and no stack", async () => {
  const { result } = await run('import * as cfg from "cfg-lib";\ncfg.fromHoSalimans(NaN);');
  assertFails(result, 0, /paperScale is NaN; it must be a finite number/);
  assert.ok("message" in result && !/\n\s+at /.test(result.message), "a stack trace is shown");
});
