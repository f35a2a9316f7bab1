/** How far two results are apart. */
import { checkShape } from "./validate";

/** Numbers, or a tensor of them. */
export type Numbers = ArrayLike<number> | { dataSync(): ArrayLike<number> };

/**
 * The largest difference of two numbers at the same place.
 * @param a pixels, other numbers or a tensor; as many as in b
 * @returns NaN where one of the numbers is none: that is no small difference
 * @throws RangeError when there are not as many of both
 * @example
 * cfg.largestDifference([1, 2, 3], [1, 2.5, 3]) // 0.5
 */
export function largestDifference(a: Numbers, b: Numbers): number {
  const [x, y] = [a, b].map((numbers) => ("dataSync" in numbers ? numbers.dataSync() : numbers));
  checkShape("b", [y.length], [x.length]);
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = Math.abs(x[i] - y[i]);
    if (difference > largest || Number.isNaN(difference)) largest = difference; // and a NaN stays
  }
  return largest;
}
