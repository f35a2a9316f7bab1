/** How the learning rate falls. */

/**
 * Half a cosine: the share of the learning rate that is left after `step` of `steps` steps (Loshchilov and Hutter,
 * arXiv 1608.03983).
 */
export function halfCosine(step: number, steps: number): number {
  return (1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2;
}
