// @ts-check
/** `npm test`: sets up what is missing, then runs every test; `-- --quick` leaves out notebooks and browser. */
import { checkNode } from "./setup/node-version.mjs";

checkNode();
import("./setup/tests.mjs"); // only now: an old Node could not read it
