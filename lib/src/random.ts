/**
 * Randomness from explicit keys. A key is a list of whole numbers, such as (seed, digit, timestep): the same key gives
 * the same numbers on every machine and backend, whatever was drawn before. So digit i's noise does not depend on which
 * other digits share its batch, and a run can resume in the middle without stored generator state.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), its
 * state filled from the key by the 32-bit finalizer of MurmurHash3.
 */

/** Random bits of one key: each call of the function gives the next 32. */
export type RandomBits = () => number;

function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A generator of 32 random bits a call (unsigned), for a key of whole numbers. */
export function randomBits(...key: number[]): RandomBits {
  for (const part of key) {
    if (!Number.isSafeInteger(part))
      throw new RangeError(`a random key holds ${part}; it must hold whole numbers only.`);
  }
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word++) {
    let hash = mix(0x9e3779b9 + word);
    for (const part of key) {
      hash = mix(Math.imul(hash, 0x01000193) ^ (part >>> 0));
      hash = mix(hash + Math.floor(part / 2 ** 32) + 0x7f4a7c15);
    }
    state[word] = hash;
  }
  let [a, b, c, d] = state;
  if ((a | b | c | d) === 0) a = 1; // the one state from which xoshiro never leaves
  return () => {
    const product = Math.imul(b, 5);
    const bits = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return bits;
  };
}

/**
 * `count` numbers, uniform in [0, 1), for a key.
 * @example
 * cfg.uniform(3, 7).every((value) => value >= 0 && value < 1) // true
 */
export function uniform(count: number, ...key: number[]): Float32Array {
  const bits = randomBits(...key);
  return Float32Array.from({ length: count }, () => (bits() >>> 8) / 2 ** 24);
}

/**
 * `count` whole numbers, uniform in 0..below-1, for a key.
 * @example
 * cfg.uniformIntegers(5, 300, 7).length // 5
 */
export function uniformIntegers(count: number, below: number, ...key: number[]): Int32Array {
  const bits = randomBits(...key);
  return Int32Array.from({ length: count }, () => Math.floor((bits() / 2 ** 32) * below));
}

/** Fills `out` with standard normal numbers (Box and Muller's transform) for a key, and returns it. */
export function fillNormal(out: Float32Array, ...key: number[]): Float32Array {
  const bits = randomBits(...key);
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((bits() + 0.5) / 2 ** 32));
    const angle = (2 * Math.PI * bits()) / 2 ** 32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/**
 * `count` standard normal numbers for a key.
 * @example
 * cfg.normal(1024, 7).length // 1024
 */
export function normal(count: number, ...key: number[]): Float32Array {
  return fillNormal(new Float32Array(count), ...key);
}

/** Coefficients of {@link normalQuantile}, of the rising power. */
const MIDDLE = [
  [2.50662823884, -18.61500062529, 41.39119773534, -25.44106049637],
  [1, -8.4735109309, 23.08336743743, -21.06224101826, 3.13082909833],
];
const TAIL = [
  0.3374754822726147, 0.9761690190917186, 0.1607979714918209, 0.0276438810333863, 0.0038405729373609,
  0.0003951896511919, 0.0000321767881768, 0.0000002888167364, 0.0000003960315187,
];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * The number that a normal number lies below with this probability, to 3e-9 (B. Moro, "The Full Monte", Risk 8(2), 1995).
 * @param probability above 0 and below 1
 */
export function normalQuantile(probability: number): number {
  const y = probability - 0.5;
  if (Math.abs(y) < 0.42) return (y * polynomial(MIDDLE[0], y * y)) / polynomial(MIDDLE[1], y * y);
  const tail = polynomial(TAIL, Math.log(-Math.log(y > 0 ? 1 - probability : probability)));
  return y > 0 ? tail : -tail;
}
