/** `npm run notebooks -- --check` tells which cells do not look as they should, and `-- --format` mends what it can. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { temporaryFolder } from "../files/disk";
import { command } from "../terminal/command";

const OUTPUT = { output_type: "stream", name: "stdout", text: ["Größe: 1e-7\n"] };

/** A notebook in a folder of its own: a text, then these code cells, with outputs and in Jupyter's way of writing. */
function notebookOf(t: TestContext, ...sources: string[]): string {
  const text = { cell_type: "markdown", id: "text", metadata: {}, source: ["const a=1"] };
  const code = sources.map((source, i) => ({
    cell_type: "code",
    execution_count: i + 1,
    id: `cell-${i}`,
    metadata: { tags: ["kept"] },
    outputs: [OUTPUT],
    source: source.split(/(?<=\n)/),
  }));
  const notebook = { cells: [text, ...code], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const file = path.join(temporaryFolder(t), "some.ipynb");
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
  return file;
}

const look = (...args: string[]): ReturnType<typeof command> => command("notebooks", args);
/** A cell as Prettier formats it, of so many lines. */
const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, i) => `console.log(${i});`).join("\n");
/** A line that Prettier does not break, of so many characters. */
const lineOf = (characters: number): string => `// ${"x".repeat(characters - 3)}`;

test("cells that look as they should pass: 30 lines, 100 characters, a value last, an await, no code", async (t) => {
  const file = notebookOf(t, linesOf(30), lineOf(100), "await Promise.resolve(1);", "");
  assert.deepEqual(await look("--check", file), { status: 0, text: "" });
});

const faulty: [fault: string, source: string, complaint: string][] = [
  [
    "is not formatted",
    "const a = 1;\nconst b=2;",
    "line 2 is not as Prettier formats it; npm run notebooks -- --format mends it.",
  ],
  ["is no code", "const a = (1;", "')' expected. (1:13)"],
  ["has 31 lines", linesOf(31), "31 lines; at most 30 are allowed."],
  [
    "has 101 characters in a line",
    `1;\n${lineOf(101)}`,
    "line 2 has 101 characters; at most 100 are allowed.",
  ],
];
for (const [fault, source, complaint] of faulty)
  test(`a cell that ${fault} fails the check, which names notebook, cell and reason`, async (t) => {
    const file = notebookOf(t, "1;", source);
    const { status, text } = await look("--check", file);
    assert.equal(text, `some.ipynb, cell 3: ${complaint}\n`);
    assert.equal(status, 1);
  });

test("--format formats code cells at 100 columns, and all else in the file stays, byte for byte", async (t) => {
  const fits = `const a = [${"1, ".repeat(28)}222];`;
  const isTooLong = `const b = [${"1, ".repeat(28)}3333];`;
  assert.deepEqual([fits.length, isTooLong.length], [100, 101]);
  const file = notebookOf(t, fits, `${isTooLong}\nb.map((v)=>v)`);
  const before = readFileSync(file, "utf8");
  const { status, text } = await look("--format", file);
  assert.equal(text, "some.ipynb: 1 cell formatted\n");
  assert.equal(status, 0);
  const [, first, second] = readNotebook(file).cells.map(({ source }) => textOf(source));
  assert.equal(first, fits);
  assert.match(second, /^const b = \[\n {2}1, .*\n\];\nb\.map\(\(v\) => v\);$/s);
  const withoutSource = (json: string): string =>
    json.replace(/(?<="source": \[\s*"const b = )[^]*?(?=\n {3}\])/, "");
  assert.equal(withoutSource(readFileSync(file, "utf8")), withoutSource(before));
  assert.deepEqual(await look("--check", file), { status: 0, text: "" });
});

test("--format does not touch a notebook with a cell that is no code, and names it", async (t) => {
  const file = notebookOf(t, "const a=1", "const a = (1;");
  const before = readFileSync(file, "utf8");
  const { status, text } = await look("--format", file);
  assert.equal(text, "some.ipynb, cell 3: ')' expected. (1:13)\n");
  assert.equal(status, 1);
  assert.equal(readFileSync(file, "utf8"), before);
});
