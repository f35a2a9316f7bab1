/** Images one after the other. */

/**
 * All numbers of the parts in a row: pictures of several runs become those of one grid.
 * @param parts pixels of some images each, [n, height, width, channels] flattened
 * @returns the pixels of all, in order
 * @example
 * cfg.stackRows([Float32Array.of(1, 2), Float32Array.of(3)]) // [1, 2, 3]
 */
export function stackRows(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
