/** Samplers by name, for a command line or a file of settings. */
import { ddim } from "../samplers/ddim";
import { ddpm } from "../samplers/ddpm";
import { dpmSolver, sdeDpmSolver } from "../samplers/dpm-solver";
import type { Sampler } from "../samplers/sampler";
import { uniPc } from "../samplers/unipc";

/** The names that {@link samplerOf} knows; ddim is the one without noise (eta = 0). */
export const SAMPLER_NAMES = ["ddpm", "ddim", "dpm-solver", "sde-dpm-solver", "unipc"] as const;
export type SamplerName = (typeof SAMPLER_NAMES)[number];

/**
 * Steps that are enough for a sampler: the seed's 300 for DDPM. DPM-Solver++, with and without fresh noise, and UniPC
 * have the fewest whose distance from real digits cannot be told from that of 20 (notebook 07).
 */
export const DEFAULT_STEPS: Record<SamplerName, number> = {
  ddpm: 300,
  ddim: 20,
  "dpm-solver": 6,
  "sde-dpm-solver": 8,
  unipc: 6,
};

const SAMPLERS: Record<SamplerName, Sampler> = {
  ddpm,
  ddim: ddim(),
  "dpm-solver": dpmSolver,
  "sde-dpm-solver": sdeDpmSolver,
  unipc: uniPc,
};

/**
 * The sampler of that name.
 * @throws RangeError with the names there are
 * @example
 * cfg.samplerOf("ddim").addsNoise // false
 */
export function samplerOf(name: string): Sampler {
  if (Object.hasOwn(SAMPLERS, name)) return SAMPLERS[name as SamplerName];
  throw new RangeError(`the sampler is ${JSON.stringify(name)}; there are ${SAMPLER_NAMES.join(", ")}.`);
}
