/** A course folder for nbgrader: its settings, and the exercises' notebooks with solutions and marks. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { STUB } from "cfg-lib/dist/exercises/solution-marks";
import { ROOT, writeNotebook } from "../notebooks/notebook-file";
import { readCourse, readSource, sheetOf, sourceNames, weave } from "./weave";

/**
 * nbgrader has no stub for TypeScript of its own, and must be told how files are named that students hand in elsewhere
 * (`nbgrader zip_collect`): ada-01_idea_of_guidance.ipynb. A cell of the whole notebooks may train for minutes.
 */
const SETTINGS = `c = get_config()

c.CourseDirectory.course_id = "cfg"
c.ClearSolutions.code_stub = {"typescript": "${STUB}"}
c.FileNameCollectorPlugin.named_regexp = r".*?(?P<student_id>[^/]+)-(?P<file_id>\\d\\d_\\w+\\.ipynb)$"
c.Execute.timeout = 600
`;

/**
 * Writes the folder; one assignment for each notebook, named as it without its ending.
 * @param whole the course's whole notebooks in place of the exercises alone
 * @returns the assignments' names
 * @throws Error where the folder holds a course already
 */
export function writeNbgraderCourse(folder: string, { whole = false } = {}): string[] {
  const settings = path.join(folder, "nbgrader_config.py");
  if (existsSync(settings)) throw new Error(`${settings} is there already; give a new folder.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(settings, SETTINGS);
  // The kernel looks for cfg-lib in the folders above a notebook.
  const packages = path.join(folder, "node_modules");
  if (!existsSync(packages)) symlinkSync(path.join(ROOT, "node_modules"), packages);
  return sourceNames().map((name) => {
    const assignment = path.parse(name).name;
    mkdirSync(path.join(folder, "source", assignment), { recursive: true });
    const source = readSource(name);
    const notebook = whole ? weave(readCourse(name), source, "nbgrader") : sheetOf(source, "nbgrader");
    writeNotebook(path.join(folder, "source", assignment, name), notebook);
    return assignment;
  });
}
