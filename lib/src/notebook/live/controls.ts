/** The controls of a live picture: what the page draws, and which value each has. */
import { PIXELS } from "../../digits";
import { checkNumber, cut, numberInWords, shown } from "../../validate";

/** What a page needs to draw a control; plain data. */
export type ControlFace =
  | { kind: "slider"; min: number; max: number; step: number }
  | { kind: "stepper"; min: number | null; max: number | null; step: number; hint: string }
  | { kind: "choice"; options: readonly string[] }
  | { kind: "toggle" }
  | { kind: "text"; pattern: string | null; hint: string }
  | { kind: "button" }
  | { kind: "pad"; size: number };

/** One control, with the type of its value. */
export interface Control<Value> {
  readonly face: ControlFace;
  /** What stands beside it; its name where it says nothing. */
  readonly label: string | undefined;
  /** As the page keeps it, at first. */
  readonly start: unknown;
  /** The value of what a page has sent. @throws RangeError when it is none that the control can have */
  read(sent: unknown): Value;
  /** The value in words, for the still picture; undefined where it has none. */
  say(value: Value): string | undefined;
}

/** Controls by the names under which the function gets their values. */
export type Controls = Readonly<Record<string, Control<unknown>>>;

/** The values of controls, by the controls' names. */
export type Values<Of> = { [Name in keyof Of]: Of[Name] extends Control<infer Value> ? Value : never };

/** What all controls have. */
export interface ControlOptions<Value> {
  /** At first. */
  value?: Value;
  /** What stands beside it: by default its name. */
  label?: string;
}

const outside = (sent: unknown, allowed: string): RangeError =>
  new RangeError(`the value is ${cut(shown(sent))}; it must be ${allowed}.`);

/**
 * A slider: a number from `min` to `max`.
 * @param options.step distance of two values, above 0; by default a twentieth or a fiftieth of the way, in round numbers
 * @throws RangeError when `min` is not below `max`, `step` is not above 0, or `value` lies outside
 * @example
 * await cfg.live({ w: cfg.slider(0, 8, { value: 1.5 }) }, ({ w }) => `w is ${w}`);
 */
export function slider(
  min: number,
  max: number,
  { value = min, step = roundStep(max - min), label }: ControlOptions<number> & { step?: number } = {},
): Control<number> {
  checkNumber("min", min);
  checkNumber("max", max);
  if (min >= max) throw new RangeError(`min is ${min} and max is ${max}; min must be below max.`);
  checkStep(step);
  checkNumber("value", value, min, max);
  return {
    face: { kind: "slider", min, max, step },
    label,
    start: value,
    read: (sent) => numberFrom(sent, min, max),
    say: String,
  };
}

/**
 * A number with arrows beside it, to be typed or counted up and down.
 * @param value at first
 * @param options.step what an arrow adds, above 0; 1 by default
 * @throws RangeError when `step` is not above 0, or `value` lies outside of `min` to `max`
 * @example
 * await cfg.live({ seed: cfg.stepper(0, { min: 0 }) }, ({ seed }) => cfg.normal(1024, seed));
 */
export function stepper(
  value: number,
  {
    min = -Infinity,
    max = Infinity,
    step = 1,
    label,
  }: { min?: number; max?: number; step?: number; label?: string } = {},
): Control<number> {
  checkStep(step);
  checkNumber("value", value, min, max);
  const bound = (one: number): number | null => (Number.isFinite(one) ? one : null);
  return {
    face: { kind: "stepper", min: bound(min), max: bound(max), step, hint: numberInWords(min, max) },
    label,
    start: value,
    read: (sent) => numberFrom(sent, min, max),
    say: String,
  };
}

/**
 * One of several: of a list of texts or numbers, or, by its name, of an object's values, whatever they are.
 * @param options from which to choose
 * @param given.value the one, or the name, at first; by default the first
 * @throws RangeError when there is nothing to choose from, or no such choice as `value`
 * @example
 * const samplers = { "DPM-Solver++": cfg.dpmSolver, DDIM: cfg.ddim() };
 * await cfg.live({ sampler: cfg.choice(samplers) }, ({ sampler }) => sampler.name);
 */
export function choice<const T extends string | number>(
  options: readonly T[],
  given?: ControlOptions<T>,
): Control<T>;
export function choice<T>(options: Readonly<Record<string, T>>, given?: ControlOptions<string>): Control<T>;
export function choice(
  options: readonly (string | number)[] | Readonly<Record<string, unknown>>,
  { value, label }: ControlOptions<string | number> = {},
): Control<unknown> {
  const named = Array.isArray(options)
    ? new Map(options.map((one: string | number) => [String(one), one as unknown]))
    : new Map(Object.entries(options));
  const names = [...named.keys()];
  if (names.length === 0) throw new RangeError("there is nothing to choose from; give at least one.");
  const read = (sent: unknown): unknown => {
    if (!named.has(String(sent))) throw outside(sent, `one of ${names.join(", ")}`);
    return named.get(String(sent));
  };
  const start = String(value ?? names[0]);
  read(start);
  return {
    face: { kind: "choice", options: names },
    label,
    start,
    read,
    say: (chosen) => names.find((name) => named.get(name) === chosen),
  };
}

/**
 * A switch: true or false.
 * @param value at first; false by default
 * @example
 * await cfg.live({ guided: cfg.toggle(true) }, ({ guided }) => (guided ? "w = 2" : "w = 1"));
 */
export function toggle(value: boolean = false, { label }: { label?: string } = {}): Control<boolean> {
  return {
    face: { kind: "toggle" },
    label,
    start: value,
    read: (sent) => {
      if (typeof sent !== "boolean") throw outside(sent, "true or false");
      return sent;
    },
    say: (on) => (on ? "on" : "off"),
  };
}

/**
 * A line of text. What does not fit the pattern is marked in the page, with the hint, and not taken.
 * @param value at first
 * @param options.pattern what the whole text must fit: a regular expression
 * @param options.hint what is allowed, in words
 * @throws RangeError when `value` does not fit the pattern
 * @example
 * const digits = cfg.text("0123456789", { pattern: /[0-9]{1,10}/, hint: "one to ten digits" });
 * await cfg.live({ digits }, ({ digits }) => [...digits].reverse().join(""));
 */
export function text(
  value: string,
  { pattern, hint = "", label }: { pattern?: RegExp; hint?: string; label?: string } = {},
): Control<string> {
  const whole = pattern && new RegExp(`^(?:${pattern.source})$`, pattern.flags);
  const allowed = hint || (pattern ? `a text that fits ${String(pattern)}` : "a text");
  const read = (sent: unknown): string => {
    if (typeof sent !== "string" || (whole && !whole.test(sent))) throw outside(sent, allowed);
    return sent;
  };
  read(value);
  return {
    face: { kind: "text", pattern: pattern?.source ?? null, hint: allowed },
    label,
    start: value,
    read,
    say: (typed) => typed,
  };
}

/**
 * A button. Its value counts how often it was pressed, from 0.
 * @example
 * await cfg.live({ more: cfg.button("Other noise") }, ({ more }) => cfg.normal(1024, more));
 */
export function button(label: string): Control<number> {
  return {
    face: { kind: "button" },
    label,
    start: 0,
    read: (sent) => numberFrom(sent, 0, Infinity),
    say: () => undefined,
  };
}

/** Pixels along each side of a pad: as many as an image has. */
const PAD_SIZE = Math.sqrt(PIXELS);

/**
 * A pad to draw on with mouse, pen or finger. Its value is an image as the models know them: 32 x 32 pixels, row by row,
 * -1 for black ground to 1 for white ink.
 * @param options.value pixels that are on it at first
 * @throws RangeError when `value` is no image of this size
 * @example
 * await cfg.live({ drawn: cfg.pad() }, ({ drawn }) => `${drawn.filter((pixel) => pixel > 0).length} pixels of ink`);
 */
export function pad({ value, label }: ControlOptions<Float32Array> = {}): Control<Float32Array> {
  if (value && value.length !== PIXELS)
    throw new RangeError(`the pad's image has ${value.length} pixels; it must have ${PIXELS}.`);
  const byteOf = (pixel: number): number => Math.round(127.5 * (Math.min(1, Math.max(-1, pixel)) + 1));
  return {
    face: { kind: "pad", size: PAD_SIZE },
    label,
    start: Uint8Array.from(value ?? new Float32Array(PIXELS).fill(-1), byteOf),
    read: (sent) => {
      if (!(sent instanceof Uint8Array) || sent.length !== PIXELS)
        throw new RangeError(`what was drawn must be ${PIXELS} bytes.`);
      return Float32Array.from(sent, (byte) => byte / 127.5 - 1);
    },
    say: () => undefined,
  };
}

function numberFrom(sent: unknown, min: number, max: number): number {
  if (typeof sent !== "number" || !Number.isFinite(sent) || sent < min || sent > max)
    throw outside(sent, numberInWords(min, max));
  return sent;
}

function checkStep(step: number): void {
  if (!(step > 0 && step < Infinity)) throw new RangeError(`step is ${shown(step)}; it must be above 0.`);
}

/** 1, 2 or 5 times a power of ten: between a fiftieth and a hundredth of a slider's way. */
function roundStep(way: number): number {
  const power = 10 ** Math.floor(Math.log10(way / 50));
  const factor = [5, 2, 1].find((one) => one * power <= way / 50) ?? 1;
  return Number((factor * power).toPrecision(1));
}
