/**
 * Answers in any style: a number, a list, a typed array or a tensor say the same when they hold the same values in the
 * same order.
 */
import { isObject } from "../fields";

/** A number, a word, or true or false. */
export type Part = number | string | boolean;

/** The values in an answer, in order; undefined where it holds something else, or nothing. */
export function partsOf(answer: unknown): Part[] | undefined {
  if (typeof answer === "number" || typeof answer === "string" || typeof answer === "boolean")
    return [answer];
  if (isTensor(answer)) return Array.from(answer.dataSync());
  if (ArrayBuffer.isView(answer) && !(answer instanceof DataView))
    return Array.from(answer as unknown as ArrayLike<number>);
  if (!Array.isArray(answer)) return undefined;
  const parts = answer.map(partsOf);
  return parts.every((one) => one !== undefined) ? parts.flat() : undefined;
}

/** Whether two answers say the same, but for rounding. */
export function sameParts(a: readonly Part[], b: readonly Part[], tolerance: number): boolean {
  return a.length === b.length && a.every((one, i) => samePart(one, b[i], tolerance));
}

function samePart(a: Part, b: Part, tolerance: number): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

/** A value as a sentence shows it: numbers to three digits, long lists by their first values, tensors by their shape. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (isTensor(value)) return `a tensor [${value.shape.join(", ")}]`;
  const parts = partsOf(value);
  if (parts === undefined || typeof value === "boolean") return String(value);
  const first = parts.slice(0, MOST_SHOWN).map(valueText).join(", ");
  return parts.length > MOST_SHOWN ? `[${first}, ...]` : `[${first}]`;
}

const MOST_SHOWN = 6;

/** A number to three digits, or whole. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(3)));
}

interface AnyTensor {
  shape: number[];
  dataSync: () => ArrayLike<number>;
}

function isTensor(value: unknown): value is AnyTensor {
  return isObject(value) && typeof value.dataSync === "function" && Array.isArray(value.shape);
}
