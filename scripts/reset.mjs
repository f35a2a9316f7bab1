// @ts-check
/** `npm run reset -- 04`: brings notebooks of your work folder back to their first state. */
import { checkNode } from "./setup/node-version.mjs";

checkNode();
import("./setup/reset.mjs"); // only now: an old Node could not read it
