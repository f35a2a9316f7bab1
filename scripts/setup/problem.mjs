// @ts-check
/** A problem that the user can mend: told in a message without a stack trace. */
export class Problem extends Error {}

/** @param {string} what failed */
export const diskFull = (what) =>
  `${what} failed: the disk is full. Free about 3 GB and run the command again; it goes on from here.`;

/**
 * Ends the process with the message of a problem or of a wrong option, or with the whole error if it is neither.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  const isOption =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  // A file that set-up itself could not write.
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    console.error(`\n${diskFull("Writing to the disk")}`);
    process.exit(1);
  }
  console.error(error instanceof Problem || isOption ? `\n${error.message}` : error);
  process.exit(1);
}
