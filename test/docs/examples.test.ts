/** The examples in the library's docstrings are typed, run, and show what comes out. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { readDocstrings } from "./docstrings";
import { preambleProblems, prepareExamples } from "./example-program";

const { examples, without } = readDocstrings();
const ready = prepareExamples(examples.map(({ code }) => code));

// Some examples write files.
const home = process.cwd();
const folder = mkdtempSync(path.join(tmpdir(), "cfg-examples-"));
process.chdir(folder);
after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test("the lines that every example takes for given", () => {
  assert.deepEqual(preambleProblems(), []);
});

for (const [i, { name, code }] of examples.entries())
  test(`example of ${name}: ${code.split("\n")[0]}`, async () => {
    assert.deepEqual(ready[i].problems, []);
    await ready[i].run();
  });

test("every function has an example", () => {
  assert.equal(without.length, 0, `without an example: ${without.join(", ")}`);
});
