/**
 * The exercises' versions: `npm run exercises` writes a student's and a teacher's notebooks; with options it makes nbgrader's
 * course folder, a class's table, or carries a changed exercise into the course's notebooks.
 */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { classTable } from "./exercises/class-table";
import { writeNbgraderCourse } from "./exercises/nbgrader";
import { differences, readCourse, readSource, sourceNames, type Version, weave } from "./exercises/weave";
import { complaintsAbout } from "./notebooks/cells";
import { courseNotebooks, FOLDER, writeNotebook } from "./notebooks/notebook-file";
import { folderOption, readArguments, runCommand } from "./options";

const USAGE = `npm run exercises [-- --out FOLDER]   the notebooks with gaps (student/) and with solutions (teacher/), in FOLDER (class/)

--nbgrader FOLDER   makes a course folder for nbgrader in place of that: an assignment for each notebook, its exercises alone
--whole             with --nbgrader: whole notebooks in place of the exercises alone
--table PLACE ...   what a class has done, from the sheets (my-exercises*.json) in these files and folders
--csv               with --table: as CSV, for a spreadsheet
--weave             carries the exercises of lib/exercises into notebooks/
--check             tells where notebooks/ do not have them as they are written there`;

const { values, positionals } = readArguments({
  help: { type: "boolean", default: false },
  out: { type: "string", default: "class" },
  nbgrader: { type: "string" },
  whole: { type: "boolean", default: false },
  table: { type: "boolean", default: false },
  csv: { type: "boolean", default: false },
  weave: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
});

async function main(): Promise<void> {
  if (values.table) {
    tellTable();
    return;
  }
  if (positionals.length > 0) throw new Error(`${positionals[0]} was given, and no --table.`);
  if (values.check) return check();
  if (values.weave) {
    weaveAll();
    return;
  }
  if (values.nbgrader !== undefined) {
    const folder = folderOption("nbgrader", values.nbgrader);
    const assignments = writeNbgraderCourse(folder, { whole: values.whole });
    console.log(`${folder}: ${assignments.length} assignments, ${assignments.join(", ")}`);
    return;
  }
  const folder = folderOption("out", values.out);
  for (const version of ["student", "teacher"] as const) writeVersion(path.join(folder, version), version);
}

function writeVersion(folder: string, version: Version): void {
  mkdirSync(folder, { recursive: true });
  const names = courseNotebooks().map((file) => path.basename(file));
  for (const name of names) {
    const course = readCourse(name);
    const own = sourceNames().includes(name) ? weave(course, readSource(name), version) : course;
    writeNotebook(path.join(folder, name), own);
  }
  console.log(`${folder}: ${names.length} notebooks`);
}

function tellTable(): void {
  if (positionals.length === 0)
    throw new Error("--table wants the files or folders with the students' sheets.");
  const { lines, complaints } = classTable(positionals, { csv: values.csv });
  console.log(lines.join("\n"));
  for (const complaint of complaints) console.error(complaint);
}

async function check(): Promise<void> {
  const found = sourceNames().flatMap(differences);
  for (const name of sourceNames())
    for (const complaint of await complaintsAbout(readSource(name)))
      found.push(`lib/exercises/${name}, ${complaint}`);
  if (found.length > 0)
    throw new Error([...found, "npm run exercises -- --weave carries them there."].join("\n"));
}

function weaveAll(): void {
  for (const name of sourceNames()) {
    const found = differences(name);
    if (found.length === 0) continue;
    writeNotebook(path.join(FOLDER, name), weave(readCourse(name), readSource(name), "student"));
    console.log(`${name}: ${found.length === 1 ? "1 cell" : `${found.length} cells`}`);
  }
}

void runCommand(main, values.help ? USAGE : undefined);
