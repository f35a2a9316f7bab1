/** The exercises are written once: the course's notebooks, the teacher's and nbgrader's follow from it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { exercises } from "cfg-lib/dist/exercises/catalogue";
import { solvedCode, STUB, studentCode } from "cfg-lib/dist/exercises/solution-marks";
import { solutionOf } from "cfg-lib/dist/exercises/sources";
import { writeNbgraderCourse } from "../../scripts/exercises/nbgrader";
import {
  differences,
  readCourse,
  readSource,
  sheetOf,
  sourceNames,
  weave,
} from "../../scripts/exercises/weave";
import { type Notebook, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { exerciseCells } from "./cells";

const codes = ({ cells }: Notebook): string[] =>
  cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => textOf(source));

for (const name of sourceNames())
  test(`${name} holds its exercises as they are written in lib/exercises, and each prediction with its outcome`, () => {
    assert.deepEqual(differences(name), []);
    const text = codes(readCourse(name)).join("\n");
    for (const { id, kind, notebook } of exercises) {
      if (notebook !== name.slice(0, 2)) continue;
      const calls = kind === "check" ? ["check"] : ["predict", "outcome"];
      for (const call of calls) assert.ok(text.includes(`cfg.${call}("${id}", `), `${call} of ${id}`);
    }
  });

test("the course's notebooks have no solution, the teacher's no gap, and nbgrader's the marks", () => {
  for (const name of sourceNames()) {
    const [course, source] = [readCourse(name), readSource(name)];
    assert.doesNotMatch(codes(course).join("\n"), /SOLUTION/);
    assert.doesNotMatch(codes(weave(course, source, "teacher")).join("\n"), /SOLUTION|cfg\.gap|YOUR CODE/);
    for (const notebook of [weave(course, source, "nbgrader"), sheetOf(source, "nbgrader")]) {
      const text = codes(notebook).join("\n");
      const marks = [/BEGIN SOLUTION/g, /END SOLUTION/g].map((mark) => text.match(mark)?.length);
      const gaps = exercises.filter(
        ({ kind, notebook }) => kind === "check" && notebook === name.slice(0, 2),
      ).length;
      assert.deepEqual(marks, [gaps, gaps]);
    }
    assert.deepEqual(weave(course, source, "student"), course);
  }
});

test("cells that are missing in a notebook come back behind the cells that they name", () => {
  for (const name of sourceNames()) {
    const [course, source] = [readCourse(name), readSource(name)];
    const own = new Set(source.cells.map(({ id }) => id));
    const others = course.cells.filter(({ id }) => !own.has(id));
    const ids = weave({ ...course, cells: others }, source, "student").cells.map(({ id }) => id);
    assert.deepEqual([...ids].sort(), course.cells.map(({ id }) => id).sort());
    for (const { id, metadata } of source.cells) {
      const after = (metadata.exercise as { after?: string } | undefined)?.after;
      if (after !== undefined) assert.equal(ids[ids.indexOf(id) - 1], after, `${name}: ${id}`);
    }
  }
});

test("what a cell shows stays when its text is carried into the notebook again", () => {
  const [name] = sourceNames();
  const course = readCourse(name);
  const shown = { output_type: "stream", name: "stdout", text: "kept" } as const;
  const cells = course.cells.map((cell) =>
    cell.id === "guidance-gap" ? { ...cell, outputs: [{ ...shown }] } : cell,
  );
  const woven = weave({ ...course, cells }, readSource(name), "teacher");
  assert.deepEqual(woven.cells.find(({ id }) => id === "guidance-gap")?.outputs, [shown]);
});

test("a student's gap holds the stub where the solution was, as far in as its mark", () => {
  const code = "function f() {\n  // BEGIN SOLUTION\n  return 1;\n  // END SOLUTION\n  return cfg.gap();\n}";
  assert.equal(studentCode(code), `function f() {\n  ${STUB}\n  return cfg.gap();\n}`);
  assert.equal(solvedCode(code), "function f() {\n  return 1;\n}");
  assert.throws(() => studentCode("// END SOLUTION"), /END SOLUTION without the other mark/);
  for (const { id, gap } of exerciseCells()) assert.equal(solutionOf(id), solvedCode(gap));
});

test("nbgrader's course folder has an assignment for each notebook, and is not written over", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "nbgrader-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.equal(writeNbgraderCourse(folder).length, sourceNames().length);
  assert.match(
    readFileSync(path.join(folder, "nbgrader_config.py"), "utf8"),
    /"typescript": "\/\/ YOUR CODE HERE"/,
  );
  assert.ok(existsSync(path.join(folder, "node_modules", "cfg-lib")));
  const [first] = sourceNames();
  const { cells } = readNotebook(path.join(folder, "source", path.parse(first).name, first));
  const marked = cells.flatMap(({ metadata }) => metadata.nbgrader ?? []) as {
    grade_id: string;
    points?: number;
  }[];
  assert.equal(new Set(marked.map(({ grade_id }) => grade_id)).size, marked.length);
  assert.ok(marked.some(({ points }) => points === 1));
  assert.throws(() => writeNbgraderCourse(folder), /is there already; give a new folder/);
});
