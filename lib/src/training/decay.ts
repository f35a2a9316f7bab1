/** How the learning rate rises and falls. */

/**
 * Half a cosine: the share of the learning rate that is left after `step` of `steps` steps (Loshchilov and Hutter,
 * arXiv 1608.03983).
 */
export function halfCosine(step: number, steps: number): number {
  return (1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2;
}

/**
 * The share of the learning rate at a step: it rises in a line over the first `warmupSteps` (Goyal et al., arXiv
 * 1706.02677, section 2.2) and falls to 0 over `decaySteps`; each only where it is given.
 * @param step steps done before this one
 */
export function learningRateShare(
  step: number,
  { warmupSteps, decaySteps }: { warmupSteps?: number; decaySteps?: number },
): number {
  const risen = warmupSteps === undefined ? 1 : Math.min(1, (step + 1) / warmupSteps);
  return risen * (decaySteps === undefined ? 1 : halfCosine(step, decaySteps));
}
