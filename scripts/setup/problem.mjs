// @ts-check
/** A problem that the user can mend: told in a message without a stack trace. */
export class Problem extends Error {}

/** A problem with a place that cannot be written. */
export class WriteProblem extends Problem {}

/** @param {string} what failed */
export const diskFull = (what) =>
  `${what} failed: the disk is full. Free about 3 GB and run the command again; it goes on from here.`;

/**
 * What to tell where a file or folder could not be written.
 * @param {string} place that was to be written
 * @param {unknown} error of Node's file functions
 * @returns {string | undefined} undefined when the error is of another kind
 */
export function writeProblem(place, error) {
  const own = "put the course into a folder of your own and run the command there.";
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return `Set-up cannot write to ${place}: it belongs to another user. Run the command once as that user, or ${own}`;
    case "EROFS":
      return `Set-up cannot write to ${place}: it is mounted read-only, and set-up is not complete. Complete it where it can be written, or ${own}`;
    case "ENOSPC":
      return diskFull(`Writing to ${place}`);
    case "EDQUOT":
      return `Set-up cannot write to ${place}: your share of the disk is used up. Free about 3 GB and run the command again; it goes on from here.`;
    default:
      return undefined;
  }
}

/** The code of a system's error, as "EACCES"; undefined where it has none. @param {unknown} error */
export const codeOf = (error) => (error instanceof Error && "code" in error ? String(error.code) : undefined);

/**
 * Ends the process with the message of a problem, of a wrong option or of a file that cannot be written, or with the
 * whole error if it is none of these.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  const isPlain = error instanceof Problem || codeOf(error)?.startsWith("ERR_PARSE_ARGS");
  const place = error instanceof Error && "path" in error ? String(error.path) : "the disk";
  const text = isPlain && error instanceof Error ? error.message : writeProblem(place, error);
  console.error(text === undefined ? error : `\n${text}`);
  process.exit(1);
}
