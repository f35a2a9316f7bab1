/**
 * nbgrader's own tools, from release to grades, with three students. It needs nbgrader, which the course does not bring:
 * NBGRADER_ENV=FOLDER names a Python environment with nbgrader 0.9.6.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { solutionOf } from "cfg-lib/dist/exercises/sources";
import { writeNbgraderCourse } from "../../scripts/exercises/nbgrader";
import { JUPYTER_ENV } from "../../scripts/notebooks/execute";
import { readNotebook, textOf, writeNotebook } from "../../scripts/notebooks/notebook-file";

const { NBGRADER_ENV } = process.env;

/** What students write into gaps, by the gap's cell; a check's cell can be tampered with, too. */
type Answers = Record<string, string>;

interface Assignment {
  name: string;
  students: Record<string, { answers: Answers; points: number }>;
}

const SWAPPED =
  "function myGuide(u: number[], c: number[], w: number) { return c.map((x, i) => x + w * (u[i] - x)); }";
const WRONG_WAY = `function myDropLabels(labels: number[], draws: number[], rate: number) {
  return labels.map((label, i) => (draws[i] >= rate ? 10 : label)); }`;

const ASSIGNMENTS: Assignment[] = [
  {
    name: "01_idea_of_guidance",
    students: {
      right: { answers: solutions("guidance", "two-targets", "stronger-knob"), points: 3 },
      half: { answers: { ...solutions("guidance"), "two-targets-gap": "let peak = 0.6;" }, points: 1 },
      wrong: {
        answers: {
          "guidance-gap": SWAPPED,
          "guidance-check": "1;",
          "stronger-knob-gap": "syntax error here",
        },
        points: 0,
      },
    },
  },
  {
    name: "04_training",
    students: {
      right: { answers: solutions("label-dropout", "noise-loss", "without-label"), points: 3 },
      half: {
        answers: { ...solutions("noise-loss", "without-label"), "label-dropout-gap": WRONG_WAY },
        points: 2,
      },
      wrong: { answers: { "label-dropout-gap": WRONG_WAY }, points: 0 },
    },
  },
];

function solutions(...ids: string[]): Answers {
  return Object.fromEntries(ids.map((id) => [`${id}-gap`, solutionOf(id)]));
}

/** The released notebook, with a student's answers. */
function handIn(course: string, { name, students }: Assignment, student: string): void {
  const notebook = readNotebook(path.join(course, "release", name, `${name}.ipynb`));
  const { answers } = students[student];
  for (const cell of notebook.cells) {
    assert.doesNotMatch(textOf(cell.source), /SOLUTION/, "a solution was released");
    const answer = answers[cell.id ?? ""] as string | undefined;
    if (answer !== undefined) cell.source = answer;
  }
  const folder = path.join(course, "downloaded", name, "archive");
  mkdirSync(folder, { recursive: true });
  writeNotebook(path.join(folder, `${student}-${name}.ipynb`), notebook);
}

test(
  "nbgrader releases, collects, grades and exports: right, half and wrong answers get their points",
  { skip: NBGRADER_ENV === undefined && "NBGRADER_ENV names no environment", timeout: 600_000 },
  (t) => {
    const course = mkdtempSync(path.join(tmpdir(), "nbgrader-"));
    t.after(() => rmSync(course, { recursive: true, force: true }));
    writeNbgraderCourse(course);
    const nbgrader = (...args: string[]): void => {
      const env = {
        ...process.env,
        PATH: `${NBGRADER_ENV}/bin:${process.env.PATH}`,
        JUPYTER_PATH: path.join(JUPYTER_ENV, "share", "jupyter"),
      };
      execFileSync(path.join(NBGRADER_ENV!, "bin", "nbgrader"), args, {
        cwd: course,
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
    };
    for (const assignment of ASSIGNMENTS) {
      nbgrader("generate_assignment", assignment.name, "--create");
      for (const student of Object.keys(assignment.students)) handIn(course, assignment, student);
      nbgrader("zip_collect", assignment.name);
      nbgrader("autograde", assignment.name, "--create");
    }
    nbgrader("export");
    const [header, ...rows] = readFileSync(path.join(course, "grades.csv"), "utf8")
      .trim()
      .split("\n")
      .map((row) => row.trim().split(","));
    const column = (name: string): number => header.indexOf(name);
    const grades = rows.map((row) => [
      row[column("assignment")],
      row[column("student_id")],
      Number(row[column("score")]),
      Number(row[column("max_score")]),
    ]);
    const wanted = ASSIGNMENTS.flatMap(({ name, students }) =>
      Object.entries(students).map(([student, { points }]) => [name, student, points, 3]),
    );
    assert.deepEqual(grades.sort(), wanted.sort());
  },
);
