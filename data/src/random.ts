/**
 * The shuffle's random numbers: sfc32, a small fast counting generator with 128
 * bits of state, by Chris Doty-Humphrey (PractRand, `RNG/sfc.h`; public domain).
 *
 * The state starts as a = the seed's low 32 bits, b = its high bits, c = the
 * epoch, counter = 1, and the first 15 outputs are dropped so that near seeds
 * drift apart. Nothing global, and the same on every machine.
 */
export function sfc32(seed: number, epoch: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = epoch | 0;
  let counter = 1;
  const next = (): number => {
    const output = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + output) | 0;
    return output >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** A whole number from 0 to bound - 1, each as likely as the others: draws that would favour the small ones are dropped. */
export function below(bound: number, next: () => number): number {
  const fair = 2 ** 32 - (2 ** 32 % bound);
  let draw = next();
  while (draw >= fair) draw = next();
  return draw % bound;
}
