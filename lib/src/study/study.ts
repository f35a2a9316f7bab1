/**
 * A study: many points, each a set of generated digits with the settings that made it and its score. It is kept as a
 * JSON file, point by point, so that a study that is interrupted goes on where it was. Node only.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { type Field, fieldProblem, type Fields, finite, isObject, objectOf, optional, text } from "../fields";
import { writeFileAtomic } from "../files/atomic";
import type { Score } from "../measures/score";
import { cut, excerpt, printable } from "../validate";
import { shippedWeights } from "../weights/files";
import { describeForeign } from "../weights/foreign";
import type { Floor } from "./mnist-reference";
import type { RuleSettings } from "./rule-settings";
import type { SamplerName } from "./sampler-names";

/** What makes a point: everything, so that equal settings give equal digits. */
export interface PointSettings {
  /** Name of shipped weights, or a path. */
  weights: string;
  rule: RuleSettings;
  sampler: SamplerName;
  steps: number;
  /** w, or the scale as the rule has it. */
  scale: number;
  /** How many digits. */
  n: number;
  seed: number;
  /** Pure noise, or sqrt(alphaBar_T) mean training image + sqrt(1 - alphaBar_T) noise, where training ended. */
  start: "noise" | "training-end";
}

/** A point that was computed. */
export interface Point {
  settings: PointSettings;
  score: Score;
  /** Sampling alone, on one of the machines that the study names. */
  seconds: number;
}

/**
 * Weights that were measured and do not ship, to keep the project small: their points are a record that can be read, with
 * their SHA-256, and not be computed again without training them again.
 */
export const NOT_SHIPPED: readonly string[] = [
  "repaired",
  "refined-epoch1",
  "seed-ema",
  "zero-snr-decay-ema",
  "zero-snr-spread-ema",
];

/** A whole study. */
export interface Study {
  /** SHA-256 of every weights file that was used, by name; the judge's too. */
  hashes: Record<string, string>;
  /** The machine, or the machines one after the other, that computed it. */
  machine: string;
  floors: Floor[];
  points: Point[];
}

/** A text that is equal for equal settings. */
export function keyOf({ weights, rule, sampler, steps, scale, n, seed, start }: PointSettings): string {
  return JSON.stringify([weights, sorted(rule), sampler, steps, scale, n, seed, start]);
}

/**
 * The point with these settings, or undefined.
 * @example
 * const study = cfg.shippedStudy();
 * cfg.findPoint(study, study.points[0].settings) === study.points[0] // true
 */
export function findPoint(study: Study, settings: PointSettings): Point | undefined {
  const key = keyOf(settings);
  return study.points.find((point) => keyOf(point.settings) === key);
}

/**
 * The points whose settings are these, in the order of their scale, then of their steps; what is not named may be anything.
 * @example
 * const points = cfg.pointsOf(cfg.shippedStudy(), { weights: "seed", n: 1000, rule: { rule: "plain" }, steps: 8, sampler: "dpm-solver", start: "noise" });
 * points.map(({ settings }) => settings.scale) // [0, 0.5, 1, ...]
 */
export function pointsOf(study: Study, wanted: Partial<PointSettings>): Point[] {
  const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);
  return study.points
    .filter(({ settings }) =>
      Object.entries(wanted).every(([name, value]) => same(settings[name as keyof PointSettings], value)),
    )
    .sort(({ settings: a }, { settings: b }) => a.scale - b.scale || a.steps - b.steps);
}

/** A value as text, an object's entries in the order of their names. */
function sorted(value: unknown): string {
  return JSON.stringify(typeof value === "object" && value !== null ? Object.entries(value).sort() : value);
}

/**
 * The floor of n real digits. @throws RangeError with the n there are
 * @example
 * cfg.floorIn(cfg.shippedStudy(), 1000).draws // 10
 */
export function floorIn(study: Study, n: number): Floor {
  const floor = study.floors.find((one) => one.n === n);
  if (!floor)
    throw new RangeError(
      `the study has no floor of ${n} digits; there are ${study.floors.map((one) => one.n).join(", ")}.`,
    );
  return floor;
}

/**
 * The study that ships with the package.
 * @example
 * cfg.shippedStudy().points.length > 100 // true
 */
export function shippedStudy(): Study {
  return readStudy(path.join(__dirname, "..", "..", "results", "study.json"));
}

/** SHA-256 of a weights file, in hex. */
export function hashOf(weights: string): string {
  const file = /[\\/.]/.test(weights) ? weights : shippedWeights(weights);
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * Reads a study.
 * @returns an empty one when there is no such file
 * @throws Error that names the file, when it is damaged or made with weights that have changed since
 */
export function readStudy(file: string): Study {
  if (!existsSync(file)) return { hashes: {}, machine: "", floors: [], points: [] };
  const study = parse(file);
  for (const [weights, hash] of Object.entries(study.hashes)) {
    if (NOT_SHIPPED.includes(weights)) continue;
    const now = hashNow(weights, file);
    if (now !== hash)
      throw new Error(
        `${file} was made with other weights "${cut(weights)}" (SHA-256 ${hash.slice(0, 12)}...) than those there are ` +
          `now (${now.slice(0, 12)}...). Compute it again in another file.`,
      );
  }
  return study;
}

function hashNow(weights: string, file: string): string {
  try {
    return hashOf(weights);
  } catch (cause) {
    throw new Error(
      `${file} was made with weights "${cut(weights)}" that cannot be read: ${printable((cause as Error).message)}`,
      {
        cause,
      },
    );
  }
}

/**
 * Adds to a study what another has more: points, floors, hashes. Two sweeps into one file keep each other's points so.
 * @throws Error when the two were made with different weights of the same name
 */
export function addStudy(study: Study, other: Study): void {
  for (const [weights, hash] of Object.entries(other.hashes)) {
    study.hashes[weights] ??= hash;
    if (study.hashes[weights] !== hash)
      throw new Error(
        `the two studies were made with different weights "${weights}" (SHA-256 ` +
          `${study.hashes[weights].slice(0, 12)}... and ${hash.slice(0, 12)}...).`,
      );
  }
  const machines = [study.machine, other.machine].flatMap((names) => names.split("; ")).filter(Boolean);
  study.machine = [...new Set(machines)].join("; ");
  for (const floor of other.floors)
    if (!study.floors.some(({ n }) => n === floor.n)) study.floors.push(floor);
  const keys = new Set(study.points.map(({ settings }) => keyOf(settings)));
  study.points.push(...other.points.filter(({ settings }) => !keys.has(keyOf(settings))));
}

/** Writes a study, whole or not at all. One point is one line. */
export function writeStudy(file: string, { points, ...rest }: Study): void {
  const head = JSON.stringify(rest).slice(0, -1);
  const lines = points.map((point) => JSON.stringify(point)).join(",\n");
  writeFileAtomic(file, new TextEncoder().encode(`${head},"points":[\n${lines}\n]}\n`));
}

function parse(file: string): Study {
  const bytes = readFileSync(file);
  const text = bytes.toString("utf8");
  let study: unknown;
  try {
    study = JSON.parse(text);
  } catch (cause) {
    const what = text.trimStart().startsWith("{") ? undefined : describeForeign(bytes);
    const problem =
      what === undefined
        ? `damaged: ${printable((cause as Error).message)}. Delete it, or fetch it again`
        : `no study but ${what}`;
    throw new Error(`${file} is ${problem}.`, { cause });
  }
  const problem = problemOf(study as Record<string, unknown> | null);
  if (problem) throw new Error(`${file} is damaged: ${problem}. Delete it, or fetch it again.`);
  return study as Study;
}

function problemOf(study: { [field in keyof Study]?: unknown } | null): string | undefined {
  if (!isObject(study)) return "it is no JSON object";
  const { hashes, machine, floors, points } = study;
  if (!isObject(hashes)) return "it has no hashes of the weights";
  const noHash = Object.entries(hashes).find(
    ([, hash]) => typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash),
  );
  if (noHash) return `the hash of "${cut(noHash[0])}" is ${excerpt(noHash[1])}, which is no SHA-256`;
  if (typeof machine !== "string") return "it does not name its machine";
  if (!Array.isArray(floors)) return "it has no list of floors";
  if (!Array.isArray(points)) return "it has no list of points";
  const badPoint = firstProblem(points, POINT);
  if (badPoint) return `point ${badPoint}`;
  const unhashed = (points as Point[]).find(({ settings }) => !Object.hasOwn(hashes, settings.weights));
  if (unhashed) return `it has a point of "${cut(unhashed.settings.weights)}" and no hash of these weights`;
  const badFloor = firstProblem(floors, FLOOR);
  return badFloor && `floor ${badFloor}`;
}

/** The index of the first item that is not as it must be, and what is wrong with it. */
function firstProblem(items: readonly unknown[], fields: Fields): string | undefined {
  for (const [i, item] of items.entries()) {
    const problem = isObject(item) ? fieldProblem(item, fields) : "is no object";
    if (problem !== undefined) return `${i}: ${problem}`;
  }
  return undefined;
}

/** Settings of rules are plain values: what is nested could not be compared as text. */
const RULE: Field = {
  allowed: "a rule and its settings, none of them an object",
  isAllowed: (value) =>
    isObject(value) && Object.values(value).every((setting) => typeof setting !== "object"),
};

const INTERVAL: Field = objectOf(
  { value: finite, low: finite, high: finite },
  "a number with its interval: value, low and high",
);

/** A number, with an interval or without. */
const MEASURED: Field = objectOf(
  { value: finite, low: optional(finite), high: optional(finite) },
  "a number: value, and low and high where they are known",
);

const SCORE: Record<keyof Score, Field> = {
  n: finite,
  accuracy: INTERVAL,
  frechet: INTERVAL,
  precision: MEASURED,
  recall: MEASURED,
  density: MEASURED,
  coverage: MEASURED,
  variety: MEASURED,
  nearest: optional(INTERVAL),
};

const FLOOR: Record<keyof Floor, Field> = { ...SCORE, draws: finite };

const SETTINGS: Record<keyof PointSettings, Field> = {
  weights: text,
  rule: RULE,
  sampler: text,
  steps: finite,
  scale: finite,
  n: finite,
  seed: finite,
  start: text,
};

const POINT: Record<keyof Point, Field> = {
  settings: objectOf(SETTINGS, "weights, rule, sampler, steps, scale, n, seed and start"),
  score: objectOf(SCORE, "n and its measures"),
  seconds: finite,
};
