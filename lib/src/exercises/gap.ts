/** The place where a student's code is to stand. */

/** What an unfilled gap throws. Checks take it for "not yet tried". */
export class UnfilledGap extends Error {
  override name = "UnfilledGap";
  constructor() {
    super("Here is a gap: write your code in the place of this line, then run the cell again.");
  }
}

/**
 * Stands in an exercise where your code is to stand. A check takes it for "not yet tried"; whoever else calls a function
 * with a gap is told of it.
 * @throws Error always
 * @example
 * const double = (x: number): number => cfg.gap();
 */
export function gap(): never {
  throw new UnfilledGap();
}
