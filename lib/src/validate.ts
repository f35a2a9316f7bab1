/**
 * Argument checks. Each throws a RangeError or TypeError that says what was given and what is allowed, so that a
 * wrong number in a cell is understood without reading the library.
 */

/** The value as a person would type it: strings quoted, NaN and Infinity by name. */
export function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A text that may hold anything, with what a terminal would obey, or what turns text round, shown as \u001b is. */
export function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- it is these that are meant
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text that may hold anything and be of any length, printable, and cut where it is long. */
export function cut(text: string): string {
  const shownText = printable(text.slice(0, 81)); // a sign may become six
  return shownText.length > 80 ? `${shownText.slice(0, 80)}...` : shownText;
}

/** A value from a file as JSON, cut where it is long. */
export function excerpt(value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return cut(text ?? String(value));
  } catch {
    return "something nested too deep to be shown";
  }
}

/** Throws unless `value` is a whole number in [min, max]. */
export function checkInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    const allowed =
      max === Infinity ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`;
    throw new RangeError(`${name} is ${shown(value)}; it must be ${allowed}.`);
  }
}

/** Throws unless `value` is a finite number in [min, max]. */
export function checkNumber(
  name: string,
  value: number,
  min: number = -Infinity,
  max: number = Infinity,
): void {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max)
    throw new RangeError(`${name} is ${shown(value)}; it must be ${numberInWords(min, max)}.`);
}

/** Which numbers are allowed; either end may be infinite. */
export function numberInWords(min: number, max: number): string {
  if (min === -Infinity) return max === Infinity ? "a finite number" : `a number of at most ${max}`;
  return max === Infinity ? `a number of at least ${min}` : `a number from ${min} to ${max}`;
}

/** Throws unless `value` is a finite number above 0. */
export function checkPositive(name: string, value: number): void {
  if (typeof value !== "number" || !(value > 0 && value < Infinity))
    throw new RangeError(`${name} is ${shown(value)}; it must be a finite number above 0.`);
}

/** Throws unless the two shapes are equal; `null` in `expected` allows any size. */
export function checkShape(
  name: string,
  shape: readonly number[],
  expected: readonly (number | null)[],
): void {
  const fits =
    shape.length === expected.length && expected.every((size, i) => size === null || size === shape[i]);
  if (!fits) {
    const wanted = expected.map((size) => size ?? "any").join(", ");
    throw new RangeError(`${name} has the shape [${shape.join(", ")}]; it must be [${wanted}].`);
  }
}

/** Throws unless there is a label, of whatever kind. */
export function checkSomeLabels(name: string, labels: ArrayLike<unknown>): void {
  if (labels.length === 0) throw new RangeError(`${name} is empty; give at least one label.`);
}

/** Throws unless every label is a digit 0..9 or, where allowed, the null label. */
export function checkLabels(name: string, labels: ArrayLike<number>, nullLabel: number | null): void {
  checkSomeLabels(name, labels);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    const isDigit = Number.isInteger(label) && label >= 0 && label <= 9;
    if (!isDigit && label !== nullLabel) {
      const allowed =
        nullLabel === null ? "a digit from 0 to 9" : `a digit from 0 to 9, or ${nullLabel}, the null label`;
      throw new RangeError(`${name}[${i}] is ${shown(label)}; it must be ${allowed}.`);
    }
  }
}
