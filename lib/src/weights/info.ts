/** How weights were trained, kept with them: whoever samples takes schedule and kind of prediction from here. */
import type { LinearScheduleOptions } from "../schedule";

/** The facts that travel with weights. */
export interface WeightsInfo {
  /** A name for people, such as "seed". */
  recipe: string;
  /** Which noise schedule the network was trained on. */
  schedule: { kind: "linear" } & Required<LinearScheduleOptions>;
  /** What the network predicts. */
  predicts: "noise";
  /** Share of labels dropped in training, 0..1. */
  labelDropout: number;
  batchSize: number;
  learningRate: number;
  /** Steps done when the weights were saved, and what one epoch has. */
  step: number;
  stepsPerEpoch: number;
  seed: number;
  /** Decay of the moving average that these weights are, or null for the plain weights. */
  emaDecay: number | null;
}

const KEY = "cfg";

/** The facts as text for a safetensors header. */
export function toMetadata(info: WeightsInfo): Record<string, string> {
  return { format: "pt", [KEY]: JSON.stringify(info) };
}

/**
 * The facts from a safetensors header.
 * @param name of the file, for the error
 * @throws Error when there are none, or one is missing or of a wrong kind
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
    if (typeof info === "object" && info !== null) return info as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new Error(`${name}: its training facts are not a JSON object.`);
}

function problemOf(info: Record<string, unknown>): string | undefined {
  for (const key of ["labelDropout", "batchSize", "learningRate", "step", "stepsPerEpoch", "seed"]) {
    if (!Number.isFinite(info[key])) return `${key} is ${JSON.stringify(info[key])}; it must be a number`;
  }
  if (typeof info.recipe !== "string") return `recipe is ${JSON.stringify(info.recipe)}; it must be a text`;
  if (info.predicts !== "noise") return `predicts is ${JSON.stringify(info.predicts)}; known is "noise"`;
  if (info.emaDecay !== null && !Number.isFinite(info.emaDecay)) return "emaDecay must be a number or null";
  const schedule = (info.schedule ?? {}) as Record<string, unknown>;
  if (schedule.kind !== "linear")
    return `schedule.kind is ${JSON.stringify(schedule.kind)}; known is "linear"`;
  for (const key of ["timesteps", "betaStart", "betaEnd"]) {
    if (!Number.isFinite(schedule[key])) return `schedule.${key} must be a number`;
  }
  return undefined;
}
