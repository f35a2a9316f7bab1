// @ts-check
/** `npm run pack`: the course in one archive, for machines without a network. */
import { checkNode } from "./setup/node-version.mjs";

checkNode();
import("./setup/pack-command.mjs"); // only now: an old Node could not read it
