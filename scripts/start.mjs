// @ts-check
/** `npm start`: sets up what is missing and opens the course in JupyterLab. */
import { checkNode } from "./setup/node-version.mjs";

checkNode();
import("./setup/lab.mjs"); // only now: an old Node could not read it
