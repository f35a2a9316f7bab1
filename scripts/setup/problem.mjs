// @ts-check
/** A problem that the user can mend: told in a message without a stack trace. */
export class Problem extends Error {}

/**
 * Ends the process with a problem's message, or with the whole error if it is none.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  console.error(error instanceof Problem ? `\n${error.message}` : error);
  process.exit(1);
}
