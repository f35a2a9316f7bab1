/** How weights were trained, kept with them: whoever samples takes schedule and kind of prediction from here. */
import type { Predicts } from "../prediction";
import type { LogitNormal } from "../training/batch";
import {
  linearSchedule,
  type LinearScheduleOptions,
  MOST_TIMESTEPS,
  type Schedule,
  zeroTerminalSnrSchedule,
} from "../schedule";
import { excerpt } from "../validate";

/** The facts that travel with weights. */
export interface WeightsInfo {
  /** A name for people, such as "seed". */
  recipe: string;
  /** Which noise schedule the network was trained on. */
  schedule: { kind: "linear" | "zero-terminal-snr" } & Required<LinearScheduleOptions>;
  /** What the network predicts. */
  predicts: Predicts;
  /** Share of labels dropped in training, 0..1. */
  labelDropout: number;
  batchSize: number;
  /** Whether each batch's timesteps were spread evenly over the schedule; not where it is absent. */
  spread?: boolean;
  /** Timesteps were logit-normal with these numbers; uniform where it is absent. */
  logitNormal?: LogitNormal;
  /** How many noisy versions of each image of a batch there were; one where it is absent. */
  noisesPerImage?: number;
  learningRate: number;
  /** The learning rate rose in a line over this many steps; absent where it started whole. */
  warmupSteps?: number;
  /** The learning rate fell to 0 along half a cosine over this many steps; absent where it stayed as it was. */
  decaySteps?: number;
  /** Steps done when the weights were saved, and what one epoch has. */
  step: number;
  stepsPerEpoch: number;
  seed: number;
  /** Decay of the moving average that these weights are, or null for the plain weights. */
  emaDecay: number | null;
}

const KEY = "cfg";

/** The noise schedule that weights were trained on. */
export function trainedSchedule({ schedule }: WeightsInfo): Schedule {
  return schedule.kind === "linear" ? linearSchedule(schedule) : zeroTerminalSnrSchedule(schedule);
}

/**
 * The facts as text for a safetensors header.
 * @throws Error that names the field, when one is not allowed: such a file could not be read again
 */
export function toMetadata(info: WeightsInfo): Record<string, string> {
  const wrong = problemOf({ ...info });
  if (wrong) throw new Error(`these training facts cannot be saved: ${wrong}.`);
  return { format: "pt", [KEY]: JSON.stringify(info) };
}

/**
 * The facts from a safetensors header.
 * @param name of the file, for the error
 * @throws Error that names the field, when one is missing, unknown or not allowed
 */
export function fromMetadata(metadata: Record<string, string>, name: string): WeightsInfo {
  if (!(KEY in metadata)) {
    const found = Object.keys(metadata).join(", ") || "nothing";
    throw new Error(
      `${name} does not say how it was trained: its metadata holds ${found}; "${KEY}" is expected.`,
    );
  }
  const info = parse(metadata[KEY], name);
  const wrong = problemOf(info);
  if (wrong) throw new Error(`${name}: its training facts are damaged: ${wrong}.`);
  return info as unknown as WeightsInfo;
}

function parse(text: string, name: string): Record<string, unknown> {
  try {
    const info: unknown = JSON.parse(text);
    if (typeof info === "object" && info !== null && !Array.isArray(info))
      return info as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new Error(`${name}: its training facts are not a JSON object.`);
}

/** What a field may be: the words for an error, and the check. */
type Rule = [allowed: string, isAllowed: (value: unknown) => boolean];

const TEXT: Rule = ["a text", (value) => typeof value === "string"];
const WHOLE: Rule = ["a whole number of at least 0", (value) => isFrom(value, 0) && Number.isInteger(value)];
const COUNT: Rule = ["a whole number of at least 1", (value) => isFrom(value, 1) && Number.isInteger(value)];
const SHARE: Rule = ["a number from 0 to 1", (value) => isFrom(value, 0) && value <= 1];
const BETA: Rule = ["a number above 0 and below 1", (value) => isFrom(value, Number.MIN_VALUE) && value < 1];
const POSITIVE: Rule = ["a number above 0", (value) => isFrom(value, Number.MIN_VALUE)];

const FIELDS: Record<Exclude<keyof WeightsInfo, "schedule">, Rule> = {
  recipe: TEXT,
  predicts: oneOf("noise", "v"),
  labelDropout: SHARE,
  batchSize: COUNT,
  spread: ["true or false", (value) => typeof value === "boolean"],
  logitNormal: ["a finite mean and a std above 0", isLogitNormal],
  noisesPerImage: COUNT,
  learningRate: POSITIVE,
  warmupSteps: COUNT,
  decaySteps: COUNT,
  step: WHOLE,
  stepsPerEpoch: COUNT,
  seed: WHOLE,
  emaDecay: ["a number from 0 to 1, or null", (value) => value === null || SHARE[1](value)],
};
const OPTIONAL = ["spread", "logitNormal", "noisesPerImage", "warmupSteps", "decaySteps"];
const SCHEDULE_FIELDS: Record<keyof WeightsInfo["schedule"], Rule> = {
  kind: oneOf("linear", "zero-terminal-snr"),
  timesteps: [
    `a whole number from 2 to ${MOST_TIMESTEPS}`,
    (value) => isFrom(value, 2) && value <= MOST_TIMESTEPS && Number.isInteger(value),
  ],
  betaStart: BETA,
  betaEnd: BETA,
};

function isFrom(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= least;
}

function isLogitNormal(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { mean, std, ...others } = value as Record<string, unknown>;
  return Number.isFinite(mean) && isFrom(std, Number.MIN_VALUE) && Object.keys(others).length === 0;
}

function oneOf(...texts: string[]): Rule {
  const allowed = texts.map((text) => JSON.stringify(text)).join(" or ");
  return [allowed, (value) => texts.includes(value as string)];
}

function problemOf(info: Record<string, unknown>): string | undefined {
  const { schedule, ...fields } = info;
  const fieldProblem = problemWith(fields, FIELDS, "");
  if (fieldProblem) return fieldProblem;
  if (schedule === undefined) return "schedule is missing; it must be an object";
  if (typeof schedule !== "object" || schedule === null)
    return `schedule is ${excerpt(schedule)}; it must be an object`;
  return problemWith(schedule as Record<string, unknown>, SCHEDULE_FIELDS, "schedule.");
}

/** The first field that is missing, not allowed or unknown. */
function problemWith(
  values: Record<string, unknown>,
  rules: Record<string, Rule>,
  prefix: string,
): string | undefined {
  for (const [field, [allowed, isAllowed]] of Object.entries(rules)) {
    if (!Object.hasOwn(values, field) && OPTIONAL.includes(field)) continue;
    if (!Object.hasOwn(values, field)) return `${prefix}${field} is missing; it must be ${allowed}`;
    if (!isAllowed(values[field]))
      return `${prefix}${field} is ${excerpt(values[field])}; it must be ${allowed}`;
  }
  const unknown = Object.keys(values).find((field) => !Object.hasOwn(rules, field));
  if (unknown === undefined) return undefined;
  return `${prefix}${unknown} is unknown; known are ${Object.keys(rules).join(", ")}`;
}
