// @ts-check
/**
 * Fills the folder of the student who runs it with copies of the notebooks, and says as JSON where it is and in which
 * environment Jupyter runs there.
 */
import { mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { environment } from "../setup/environment.mjs";
import { fail } from "../setup/problem.mjs";
import { preparePlaces } from "../setup/writable-places.mjs";

try {
  const home = os.homedir();
  const state = path.join(home, ".cfg-notebooks");
  const places = preparePlaces({ work: path.join(home, "work"), state });
  const env = environment(places);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  console.log(JSON.stringify({ folder: places.folder, state, env }));
} catch (error) {
  fail(error);
}
