/** Which images of a batch need the network's answer without a label, with one, or both. */

/** Rows of a batch, rising. */
export interface Passes {
  /** Asked without the label. */
  unconditional: number[];
  /** Asked with it. */
  conditional: number[];
  /** Those that are in both lists: a rule combines their answers. */
  both: number[];
}

/**
 * Where w is 0 or 1, one pass may be the whole answer: u + w (c - u) is u, or c.
 * @param guidanceScale w of each image
 * @param onePassAt the scales at which the rule needs one pass: 0 the one without label, 1 the one with it
 */
export function passesFor(guidanceScale: readonly number[], onePassAt: readonly (0 | 1)[]): Passes {
  const needsOnly = (w: 0 | 1, scale: number): boolean => scale === w && onePassAt.includes(w);
  const rowsWhere = (isNeeded: (scale: number) => boolean): number[] =>
    [...guidanceScale.keys()].filter((row) => isNeeded(guidanceScale[row]));
  return {
    unconditional: rowsWhere((scale) => !needsOnly(1, scale)),
    conditional: rowsWhere((scale) => !needsOnly(0, scale)),
    both: rowsWhere((scale) => !needsOnly(0, scale) && !needsOnly(1, scale)),
  };
}
