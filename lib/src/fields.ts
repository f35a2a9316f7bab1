/** Objects that come from files or command lines: which fields they may have, and what each may be. */
import { excerpt } from "./validate";

/** What a field may be, in words for an error and as a check. */
export interface Field {
  /** Completes "it must be ...". */
  allowed: string;
  isAllowed: (value: unknown) => boolean;
  isOptional?: boolean;
}

/** The fields that an object may have, by name; no others. */
export type Fields = Readonly<Record<string, Field>>;

/** The same field, which may be absent. */
export const optional = (field: Field): Field => ({ ...field, isOptional: true });

/** A text. */
export const text: Field = { allowed: "a text", isAllowed: (value) => typeof value === "string" };

/** true or false. */
export const flag: Field = { allowed: "true or false", isAllowed: (value) => typeof value === "boolean" };

/** Any finite number. */
export const finite: Field = { allowed: "a finite number", isAllowed: Number.isFinite };

/** A finite number in [min, max]. */
export function numberFrom(min: number, max: number = Infinity): Field {
  return {
    allowed: max === Infinity ? `a number of at least ${min}` : `a number from ${min} to ${max}`,
    isAllowed: (value) => isFrom(value, min) && value <= max,
  };
}

/** A whole number in [min, max]. */
export function wholeFrom(min: number, max: number = Infinity): Field {
  return {
    allowed: max === Infinity ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
    isAllowed: (value) => Number.isInteger(value) && isFrom(value, min) && value <= max,
  };
}

/** A number above 0. */
export const positive: Field = {
  allowed: "a number above 0",
  isAllowed: (value) => isFrom(value, Number.MIN_VALUE),
};

/** One of these texts. */
export function oneOf(...texts: string[]): Field {
  return {
    allowed: texts.map((one) => JSON.stringify(one)).join(" or "),
    isAllowed: (value) => texts.includes(value as string),
  };
}

/** An object with these fields. */
export function objectOf(fields: Fields, allowed: string): Field {
  return { allowed, isAllowed: (value) => isObject(value) && fieldProblem(value, fields) === undefined };
}

/** Whether a value is an object with fields, no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The first field that is missing, not allowed or unknown, in words; undefined where all is well.
 * @param prefix stands before the field's name: "schedule."
 */
export function fieldProblem(
  values: Record<string, unknown>,
  fields: Fields,
  prefix: string = "",
): string | undefined {
  for (const [name, { allowed, isAllowed, isOptional = false }] of Object.entries(fields)) {
    if (!Object.hasOwn(values, name) || (isOptional && values[name] === undefined)) {
      if (isOptional) continue;
      return `${prefix}${name} is missing; it must be ${allowed}`;
    }
    if (!isAllowed(values[name]))
      return `${prefix}${name} is ${excerpt(values[name])}; it must be ${allowed}`;
  }
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(fields, name));
  if (unknown === undefined) return undefined;
  return `${prefix}${unknown} is unknown; known are ${Object.keys(fields).join(", ") || "none"}`;
}

function isFrom(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= least;
}
