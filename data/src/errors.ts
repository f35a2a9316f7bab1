/**
 * A data file is not what it should be. Nothing was taken from it.
 *
 * The message names the file, what was found and what was expected; the same
 * three are fields, for a program that wants to react.
 */
export class MnistFileError extends Error {
  override readonly name = "MnistFileError";
  /** The file that is wrong. */
  readonly path: string;
  /** What was found in it. */
  readonly found: string;
  /** What should have been there. */
  readonly expected: string;

  constructor({
    path,
    found,
    expected,
    cause,
  }: {
    path: string;
    found: string;
    expected: string;
    cause?: unknown;
  }) {
    super(`${path}: found ${found}; expected ${expected}`, cause === undefined ? undefined : { cause });
    this.path = path;
    this.found = found;
    this.expected = expected;
  }
}
