// @ts-check
/** `npm run hub`: sets up what is missing and opens the course for a class, on one server. */
import { checkNode } from "./setup/node-version.mjs";

checkNode();
import("./hub/hub.mjs"); // only now: an old Node could not read it
