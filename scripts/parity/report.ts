/** How parity is measured and told: one line for each section. */

/** Outcome of one section of a golden file. */
export interface SectionResult {
  name: string;
  /** The measured error and what is allowed, in the section's own measure; null where the code is not built. */
  error: number | null;
  tolerance: number;
  /** What the error is relative to. */
  measure: string;
}

/** Largest |a - b|. */
export function maxError(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  if (ours.length < golden.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < golden.length; i++) {
    const error = Math.abs(ours[i] - golden[i]);
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}

/** Largest |a - b|, over the largest |b|. */
export function relativeToLargest(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < golden.length; i++) largest = Math.max(largest, Math.abs(golden[i]));
  return maxError(ours, golden) / largest;
}

/** L2 norm. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

/** Whether a section passes. */
export function passes({ error, tolerance }: SectionResult): boolean {
  return error !== null && error <= tolerance;
}

/** The section's line. */
export function formatResult(result: SectionResult): string {
  const name = result.name.padEnd(52);
  if (result.error === null) return `${name} not built`;
  const verdict = passes(result) ? "pass" : "FAIL";
  const [error, tolerance] = [result.error.toExponential(1), result.tolerance.toExponential(1)];
  return `${name} ${verdict}   error ${error}   tolerance ${tolerance}   ${result.measure}`;
}
