/** Samplers by name, for a command line or a file of settings. */
import { ddim } from "./ddim";
import { ddpm } from "./ddpm";
import { dpmSolver } from "./dpm-solver";
import type { Sampler } from "./sampler";

/** The names that {@link samplerOf} knows; ddim is the one without noise (eta = 0). */
export const SAMPLER_NAMES = ["ddpm", "ddim", "dpm-solver"] as const;
export type SamplerName = (typeof SAMPLER_NAMES)[number];

/** Steps that are enough for a sampler: the seed's 300 for DDPM; notebook 07 measures the others. */
export const DEFAULT_STEPS: Record<SamplerName, number> = { ddpm: 300, ddim: 50, "dpm-solver": 8 };

/**
 * The sampler of that name.
 * @throws RangeError with the names there are
 */
export function samplerOf(name: string): Sampler {
  if (name === "ddpm") return ddpm;
  if (name === "ddim") return ddim();
  if (name === "dpm-solver") return dpmSolver;
  throw new RangeError(`the sampler is ${JSON.stringify(name)}; there are ${SAMPLER_NAMES.join(", ")}.`);
}
