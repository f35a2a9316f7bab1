/**
 * nbgrader's own tools, from release to grades, with three students. It needs nbgrader, which the course does not bring:
 * NBGRADER_ENV=FOLDER names a Python environment with nbgrader 0.9.6.
 */
import assert from "node:assert/strict";
import { execFileSync, type StdioOptions } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { solutionOf } from "cfg-lib/dist/exercises/sources";
import { writeNbgraderCourse } from "../../scripts/exercises/nbgrader";
import { JUPYTER_ENV } from "../../scripts/notebooks/execute";
import { FOLDER, readNotebook, textOf, writeNotebook } from "../../scripts/notebooks/notebook-file";

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

/** A notebook with a student's answers, handed in. */
function handIn(course: string, from: string, { name, students }: Assignment, student: string): void {
  const notebook = readNotebook(path.join(from, `${name}.ipynb`));
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

type Grade = [assignment: string, student: string, points: number, of: number];

/**
 * Takes assignments through nbgrader, from release to its table of grades.
 * @param handedIn the folder of the notebooks that students fill; what was released where there is none
 */
function gradesOf(t: TestContext, assignments: Assignment[], handedIn?: string): Grade[] {
  const course = mkdtempSync(path.join(tmpdir(), "nbgrader-"));
  t.after(() => rmSync(course, { recursive: true, force: true }));
  writeNbgraderCourse(course, { whole: handedIn !== undefined });
  const env = {
    ...process.env,
    PATH: `${NBGRADER_ENV}/bin:${process.env.PATH}`,
    JUPYTER_PATH: path.join(JUPYTER_ENV, "share", "jupyter"),
  };
  const nbgrader = (...args: string[]): void => {
    const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
    execFileSync(path.join(NBGRADER_ENV!, "bin", "nbgrader"), args, { cwd: course, env, stdio });
  };
  for (const assignment of assignments) {
    nbgrader("generate_assignment", assignment.name, "--create");
    const from = handedIn ?? path.join(course, "release", assignment.name);
    for (const student of Object.keys(assignment.students)) handIn(course, from, assignment, student);
    nbgrader("zip_collect", assignment.name);
    nbgrader("autograde", assignment.name, "--create");
  }
  nbgrader("export");
  const table = readFileSync(path.join(course, "grades.csv"), "utf8");
  const [header, ...rows] = table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(","));
  const [assignment, student, score, most] = ["assignment", "student_id", "score", "max_score"].map((name) =>
    header.indexOf(name),
  );
  return rows
    .map((row): Grade => [row[assignment], row[student], Number(row[score]), Number(row[most])])
    .sort();
}

const wantedFrom = (assignments: Assignment[]): Grade[] =>
  assignments
    .flatMap(({ name, students }) =>
      Object.entries(students).map(([student, { points }]): Grade => [name, student, points, 3]),
    )
    .sort();

const options = {
  skip: NBGRADER_ENV === undefined && "NBGRADER_ENV names no environment",
  timeout: 1_800_000,
};

test(
  "nbgrader releases, collects, grades and exports: right, half and wrong answers get their points",
  options,
  (t) => {
    assert.deepEqual(gradesOf(t, ASSIGNMENTS), wantedFrom(ASSIGNMENTS));
  },
);

test("students may hand in the course's notebook, in which they have worked", options, (t) => {
  assert.deepEqual(gradesOf(t, [ASSIGNMENTS[0]], FOLDER), wantedFrom([ASSIGNMENTS[0]]));
});
