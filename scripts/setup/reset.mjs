// @ts-check
/** Brings notebooks of the work folder back to their first state, and keeps what was there under another name. */
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./places.mjs";
import { fail, Problem } from "./problem.mjs";
import { resetNotebooks } from "./work-folder.mjs";
import { workPlace } from "./writable-places.mjs";

const USAGE =
  "npm run reset -- 04: brings notebook 04 of your work folder back to its first state, and keeps what was there " +
  "under another name. Several: -- 04 06. Another work folder: --work FOLDER.";

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { work: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(USAGE);
  if (positionals.length === 0) throw new Problem(`Which notebook? ${USAGE}`);
  const work = workPlace(values.work);
  if (path.resolve(work) === ROOT) throw new Problem("The course's own notebooks are no copies.");
  for (const { name, kept } of resetNotebooks(ROOT, work, positionals)) {
    const was = kept === undefined ? "it was so already" : `what was there is now ${kept}`;
    console.log(`${path.join(work, "notebooks", name)} is in its first state; ${was}.`);
  }
  console.log("If it is open in JupyterLab: menu File, Reload Notebook from Disk.");
}

try {
  main();
} catch (error) {
  fail(error);
}
