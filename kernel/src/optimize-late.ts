/**
 * Lets V8 wait longer before it optimizes a function; to be imported before all else. TypeScript calls thousands of its
 * functions for a moment at a kernel's start and in each cell, and to optimize them takes a second thread as long as to
 * run them: a third of the processor time, which a class's kernels on one machine take from each other. A loop that runs
 * for long is optimized some hundredths of a second later.
 */
import { setFlagsFromString } from "node:v8";

const [major] = process.versions.v8.split(".").map(Number);
/** Five to fifteen times what is usual. V8 counts what a function has done, and from version 12 how often it was called. */
const FLAGS =
  major < 12
    ? ["--interrupt-budget=1000000"]
    : ["--invocation-count-for-turbofan=30000", "--invocation-count-for-maglev=2000"];
FLAGS.forEach(setFlagsFromString);
