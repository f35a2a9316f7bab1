/** The sheet of what a student has done, and the table of a class. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import {
  changeSheet,
  emptySheet,
  noteCheck,
  openSheet,
  readSheet,
  type Sheet,
  SHEET_NAME,
} from "cfg-lib/dist/exercises/sheet";
import { classTable } from "../../scripts/exercises/class-table";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sheet-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const RIGHT = { state: "right", observed: ["Tried."] } as const;
const WRONG = { state: "wrong", observed: ["At w = 0 it differs."], hint: "Look there." } as const;
const verdict = (one: typeof RIGHT | typeof WRONG): Parameters<typeof noteCheck>[2] => ({
  ...one,
  observed: [...one.observed],
});

test("tries are counted until it is right, and what is done stays done", (t) => {
  const folder = folderFor(t);
  for (const one of [WRONG, WRONG, RIGHT, WRONG])
    changeSheet(folder, (sheet) => noteCheck(sheet, "guidance", verdict(one)));
  const { state, tries, observed } = readSheet(path.join(folder, SHEET_NAME)).exercises.guidance;
  assert.deepEqual([state, tries, observed], ["done", 3, undefined]);
});

test("what was observed last is kept while it is wrong, and other notebooks' work stays", (t) => {
  const folder = folderFor(t);
  changeSheet(folder, (sheet) => noteCheck(sheet, "guidance", verdict(RIGHT)));
  changeSheet(folder, (sheet) => noteCheck(sheet, "ddim-step", verdict(WRONG)));
  const { exercises } = readSheet(path.join(folder, SHEET_NAME));
  assert.equal(exercises["ddim-step"].observed, "At w = 0 it differs.");
  assert.equal(exercises.guidance.state, "done");
});

const DAMAGED: [what: string, text: string, said: RegExp][] = [
  ["cut off", '{"format": 1, "exercises": {', /is no sheet of exercises: .*JSON/],
  ["no object", "[1]", /it holds no object/],
  ["of another format", '{"format": 2, "exercises": {}, "predictions": {}}', /format is 2; it must be 1/],
  ["without predictions", '{"format": 1, "exercises": {}}', /predictions is missing/],
  [
    "with words for tries",
    JSON.stringify({ ...emptySheet(), exercises: { guidance: { tries: "two" } } }),
    /exercises is .*; it must be what was done/,
  ],
];

for (const [what, text, said] of DAMAGED)
  test(`a sheet that is ${what} is told of in words, and kept`, (t) => {
    const folder = folderFor(t);
    const file = path.join(folder, SHEET_NAME);
    writeFileSync(file, text);
    const { sheet, complaint } = openSheet(folder);
    assert.deepEqual(sheet, emptySheet());
    assert.match(complaint!, said);
    assert.equal(readFileSync(path.join(folder, "my-exercises.damaged-1.json"), "utf8"), text);
    writeFileSync(file, text);
    openSheet(folder);
    assert.deepEqual(readdirSync(folder).sort(), [
      "my-exercises.damaged-1.json",
      "my-exercises.damaged-2.json",
    ]);
  });

test(
  "a folder that cannot be written is told of, and nothing else happens",
  { skip: process.getuid?.() === 0 && "root writes everywhere" },
  (t) => {
    const folder = folderFor(t);
    chmodSync(folder, 0o500);
    const { sheet, complaint } = changeSheet(folder, (one) => noteCheck(one, "guidance", verdict(RIGHT)));
    assert.match(complaint!, /cannot be written to/);
    assert.equal(sheet.exercises.guidance.state, "done");
  },
);

test("a class's sheets make one table, named by their folders or as the students call themselves", (t) => {
  const folder = folderFor(t);
  const write = (name: string, sheet: Partial<Sheet>): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify({ ...emptySheet(), ...sheet }));
  };
  const work = { tries: 1, hint: false, solution: false, first: "", last: "" };
  const done = { ...work, state: "done" } as const;
  write("ben/work/my-exercises.json", {
    exercises: { guidance: { ...done, hint: true, solution: true }, obey: { ...work, state: "tried" } },
  });
  write("ada-my-exercises.json", {
    student: "Ada, L.",
    exercises: { guidance: { ...done, hint: true } },
    predictions: {
      "which-w": { at: "", said: { w: 1 }, came: { w: 4 } },
      cost: { at: "", said: { ratio: 2 } },
    },
  });
  write("cleo_my-exercises.json", {});
  writeFileSync(path.join(folder, "ben", "my-exercises.json"), "{");
  const { lines, complaints } = classTable([folder]);
  assert.match(lines[0], /^student +01 +02 .* done +with a hint +with the solution +tried, not right yet$/);
  assert.match(lines[1], /^Ada, L\. +2\/4 +0\/4 .* 2\/\d+ +1 +0 +-$/);
  assert.match(lines[2], /^ben +1\/4 .* 1\/\d+ +0 +1 +obey$/);
  assert.match(lines[3], /^cleo +0\/4 .* 0\/\d+ +0 +0 +-$/);
  assert.equal(complaints.length, 1);
  assert.match(complaints[0], /ben.*is no sheet of exercises/);
  const { lines: csv } = classTable([folder], { csv: true });
  assert.match(csv[1], /^"Ada, L\.",2 of 4,0 of 4,/);
});

test("a place without sheets is told", (t) => {
  assert.throws(() => classTable([folderFor(t)]), /There is no my-exercises\.json in /);
  assert.throws(() => classTable(["nowhere"]), /There is no nowhere/);
});
