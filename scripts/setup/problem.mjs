// @ts-check
/** A problem that the user can mend: told in a message without a stack trace. */
export class Problem extends Error {}

/**
 * Ends the process with the message of a problem or of a wrong option, or with the whole error if it is neither.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  const isOption =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  console.error(error instanceof Problem || isOption ? `\n${error.message}` : error);
  process.exit(1);
}
