// @ts-check
/** Sets up the course and JupyterHub's part of it, and ends: a step of an image's recipe. */
import { fail } from "../setup/problem.mjs";
import { setUp } from "../setup/setup.mjs";
import { setUpHub } from "./packages.mjs";

setUp({ cpu: true }).then(setUpHub).catch(fail);
