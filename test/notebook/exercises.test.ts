/** Exercises in a real kernel: what a student sees, and what is kept over restarts. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { readSheet } from "cfg-lib/dist/exercises/sheet";
import { mysteryId } from "cfg-lib/dist/exercises/tasks/12-bug-gallery";
import { readSource, sheetOf, sourceNames, type Version } from "../../scripts/exercises/weave";
import { FOLDER, textOf } from "../../scripts/notebooks/notebook-file";
import { type Kernel, startKernel } from "../kernel/kernel";

const folder = mkdtempSync(path.join(FOLDER, "test-"));
const sheet = path.join(folder, "my-exercises.json");
let kernel: Kernel;
before(async () => {
  kernel = await startKernel({ folder });
  await show('import * as cfg from "cfg-lib";');
});
after(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a cell; returns what it shows, as plain text. */
async function show(code: string): Promise<string> {
  const { status, printed, outputs } = await kernel.run(code);
  assert.equal(status, "ok", printed);
  return outputs.map((one) => (typeof one === "string" ? one : String(one["text/plain"]))).join("\n");
}

const GAP = "function myGuide(u: number[], c: number[], w: number): number[] {\n  return cfg.gap();\n}";
const filled = (line: string): string => GAP.replace("cfg.gap()", line);
const CHECK = 'cfg.check("guidance", myGuide);';

test("an unfilled gap is not yet tried: nothing fails, and nothing is kept", async () => {
  await show(GAP);
  assert.match(
    await show(CHECK),
    /^○ Not yet tried: the guided prediction\nWrite your answer in the cell above/,
  );
  assert.match(await show('cfg.predict("which-w", { w: NaN });'), /^○ Not yet said: /);
  assert.match(await show('cfg.outcome("which-w", { w: 4 });'), /^○ Not yet predicted: /);
  assert.equal(existsSync(sheet), false);
  const { status, printed } = await kernel.run("myGuide([1], [2], 3)");
  assert.equal(status, "error");
  assert.match(printed, /Here is a gap: write your code in the place of this line/);
});

test("a wrong answer is told the difference and where to look; another hint and the solution follow on request", async () => {
  await show(filled("u.map((x, i) => c[i] + w * (x - c[i]))"));
  const told = await show(CHECK);
  assert.match(told, /^✗ Not yet right: the guided prediction\nAt w = 0 \(epsU = /);
  assert.match(told, /\nWhere to look: The two predictions have changed places/);
  assert.match(told, /\nMore help: cfg\.hint\("guidance"\)$/);
  assert.match(
    await show('cfg.hint("guidance");'),
    /^○ Another hint: the guided prediction\nStart at epsU\./,
  );
  const solution = await show('cfg.hint("guidance");');
  assert.match(solution, /^○ A solution: the guided prediction\n/);
  await show(solution.slice(solution.indexOf("function myGuide")));
  assert.match(await show(CHECK), /^✓ Right: the guided prediction\nTried at w = 0; w = 1; /);
});

test("what a student's function prints is printed once for each case, and not for what the check tries besides", async () => {
  await show(filled("(console.log(`at ${w}`), c)"));
  const told = await show(CHECK);
  assert.match(told, /At w = 0 your result depends on epsC; it must not\./);
  assert.deepEqual(told.match(/^at .*$/gm), ["at 0", "at 1", "at 2", "at -1", "at 7.5"]);
});

test("a prediction is set beside what came out, and stays as it was then", async () => {
  assert.match(
    await show('cfg.predict("half-way", { "at 150": 0.5 });'),
    /^✓ Kept: .*\nat 150: 0\.5\. Now run/,
  );
  assert.match(await show('cfg.predict("half-way", { "at 150": 0.6 });'), /at 150: 0\.6\. Now run/);
  const compared = await show('cfg.outcome("half-way", { "at 150": 0.4623 });');
  assert.match(compared, /you said +came out +apart by\n[^]*at 150 +0\.6 +0\.4623 +0\.1377/);
  assert.match(
    await show('cfg.predict("half-way", { "at 150": 0.46 });'),
    /at 150: 0\.6\. You have seen what came out/,
  );
});

test("what was done survives a restart of the kernel, and is readable", async () => {
  await kernel.restart();
  const table = await show('import * as cfg from "cfg-lib";\ncfg.progressSheet({ student: "Ada" });');
  assert.match(table, /01 +the guided prediction +guidance +done +2 +solution/);
  assert.match(table, /02 +what is left at t = 150 and at the end +half-way +done +- +-/);
  assert.match(table, /02 +x_t from a digit and noise +noisy-image +open/);
  assert.match(
    table,
    /✓?○? ?Ada: 2 of \d+ exercises done\nIt is kept in my-exercises\.json, beside this notebook\./,
  );
  const { student, exercises } = JSON.parse(readFileSync(sheet, "utf8")) as Record<
    string,
    Record<string, object>
  >;
  assert.deepEqual([student, Object.keys(exercises)], ["Ada", ["guidance"]]);
});

test("a damaged sheet is told of and kept, and a new one is begun", async () => {
  writeFileSync(sheet, '{ "format": 1, "exer');
  await show(filled("u.map((x, i) => x + w * (c[i] - x))"));
  const told = await show(CHECK);
  assert.match(told, /^✓ Right/);
  assert.match(
    told,
    /is no sheet of exercises: .* It is kept as my-exercises\.damaged-1\.json, and a new sheet is begun/,
  );
  assert.equal(
    readFileSync(path.join(folder, "my-exercises.damaged-1.json"), "utf8"),
    '{ "format": 1, "exer',
  );
  assert.match(readFileSync(sheet, "utf8"), /"guidance"/);
});

test("a mystery's wrong name is answered with evidence, its right one with the lines of code, and it is done", async () => {
  const wrong = await show('cfg.nameBug("K", "t off by one");');
  assert.match(wrong, /^✗ The evidence is against it: K, t off by one\n/);
  assert.match(wrong, /^Against it: .* would be at most .*; it is \d\.\d{3}\.$/m);
  assert.doesNotMatch(wrong, /export|last step/);
  const right = await show('cfg.nameBug("K", "noise at the last step");');
  assert.match(right, /^✓ Right: K, noise at the last step\n/);
  assert.match(right, /export (const|function) noiseAtTheEnd/);
  const { exercises } = readSheet(sheet);
  const { state, tries } = exercises[mysteryId("K")];
  assert.deepEqual([state, tries], ["done", 2]);
});

const RUNS: [Version, sign: string][] = [
  ["student", "○"],
  ["teacher", "✓"],
];
for (const [version, sign] of RUNS)
  test(`all exercises run in the kernel as the ${version} has them, and each check shows ${sign}`, async () => {
    for (const name of sourceNames())
      for (const { cell_type, metadata, source } of sheetOf(readSource(name), version).cells) {
        if (cell_type !== "code") continue;
        const told = await show(textOf(source));
        const marks = metadata.nbgrader as { grade?: boolean } | undefined;
        if (marks?.grade) assert.equal(told[0], sign, `${name}: ${told}`);
      }
  });

test("a wrong word is answered with those that there are", async () => {
  const { status, printed } = await kernel.run('cfg.check("gidance", 1);');
  assert.equal(status, "error");
  assert.match(printed, /There is no exercise "gidance"; there are guidance, /);
});
