import { below, sfc32 } from "./random";
import { checkInteger } from "./validate";

/**
 * The numbers 0 to count - 1 in a random order: Fisher and Yates' shuffle, drawn
 * from sfc32 (see random.ts). The order depends on the three arguments only, so
 * epoch 7 can be had without the six before it.
 *
 * @param count how many, 0 to 2^31 - 1
 * @param seed an integer, 0 to 2^53 - 1
 * @param epoch an integer, 0 to 2^32 - 1; every epoch has an order of its own
 * @throws RangeError on anything else
 */
export function shuffledIndices(count: number, seed: number, epoch: number = 0): Int32Array {
  checkInteger("count", count, 0, 2 ** 31 - 1);
  checkInteger("seed", seed, 0);
  checkInteger("epoch", epoch, 0, 2 ** 32 - 1);
  const order = countTo(count);
  const next = sfc32(seed, epoch);
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1, next);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** 0, 1, …, count - 1. */
export function countTo(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}
