/** What the README shows and tells of the course: its cheat sheet runs, and notebook 00 says the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { courseNotebooks, readNotebook, ROOT, textOf } from "../../scripts/notebooks/notebook-file";
import { preambleProblems, prepareExamples } from "./example-program";

const README = readFileSync(path.join(ROOT, "README.md"), "utf8");
const [START, ...OTHERS] = courseNotebooks();

/** A section's text, without its title. */
function section(title: string): string {
  const [, text] = README.split(`\n## ${title}\n`);
  assert.ok(text, `the README has no section "${title}"`);
  return text.split("\n## ")[0];
}

const markdownOf = (notebook: string): string[] =>
  readNotebook(notebook)
    .cells.filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => textOf(source));

const [preamble, ...cells] = [...section("Cheat sheet").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
// Six of the sixty steps.
const shortened = cells.map((code) => code.replace("total: 60", "total: 6").replace("step === 60", "step === 6"));
const ready = prepareExamples(shortened, preamble);

test("the cheat sheet has a cell for each thing that is wanted most, the first for those after it", () => {
  const titles = [...section("Cheat sheet").matchAll(/^\*\*(.*?)\*\*/gm)].map(([, title]) => title);
  assert.deepEqual(titles, [
    "Load a model",
    "Ten digits",
    "Three scales on the same noise",
    "A picture that follows a slider",
    "A figure of your own",
    "A rule of your own",
    "Train sixty steps",
  ]);
  assert.equal(cells.length, titles.length - 1);
  assert.deepEqual(preambleProblems(preamble), []);
});

for (const [i, code] of cells.entries())
  test(`cell of the cheat sheet: ${code.split("\n")[0]}`, async () => {
    assert.deepEqual(ready[i].problems, []);
    await ready[i].run();
  });

/** A table's rows of notebooks, by the notebook's title: the cells behind it. */
function rowsOf(text: string): Map<string, string[]> {
  const rows = [...text.matchAll(/^\| \[?(\d\d [^\]|]*?)(?:\]\(.*?\))? +\|(.*)\|$/gm)];
  return new Map(rows.map(([, title, rest]) => [title, rest.split("|").map((cell) => cell.trim())]));
}

test("the README and notebook 00 tell of the same notebooks in the same words", () => {
  const inReadme = rowsOf(section("The notebooks"));
  const inStart = rowsOf(markdownOf(START).find((text) => text.startsWith("## The course"))!);
  assert.equal(inReadme.size, 1 + OTHERS.length);
  assert.deepEqual(
    [...inReadme],
    [...inStart].map(([title, [words]]) => [title, [words]]),
  );
});

test("notebook 00 gives each notebook its title, and the minutes that it says it takes", () => {
  const rows = [...rowsOf(markdownOf(START).find((text) => text.startsWith("## The course"))!)];
  const openings = [START, ...OTHERS].map((notebook) => {
    const [opening] = markdownOf(notebook);
    return [
      /^# (\d\d) · (.*)/.exec(opening)!.slice(1).join(" "),
      /About (\d+) minutes/.exec(opening)![1],
    ];
  });
  assert.deepEqual(
    rows.map(([title, [, minutes]]) => [title, minutes]),
    openings,
  );
});
