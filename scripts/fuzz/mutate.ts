/** Damaged files: whole ones, changed by a seeded generator as disks, networks and editors change them, and worse. */
import { randomBits } from "cfg-lib/dist/random";

/** Random numbers from a seed. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below: (below: number) => number;
  /** One of these. */
  pick: <T>(items: readonly T[]) => T;
}

/** The generator with this key; the same one gives the same numbers. */
export function randomFrom(...key: number[]): Random {
  const bits = randomBits(...key);
  const below = (n: number): number => Math.floor((bits() / 2 ** 32) * n);
  return { below, pick: (items) => items[below(items.length)] };
}

/** Bytes and words that have broken readers before. */
const BYTES = [0, 1, 0x0a, 0x20, 0x22, 0x2c, 0x30, 0x7b, 0x7d, 0x7f, 0x80, 0xff];
const WORDS = [0, 1, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const NUMBERS = [
  "0",
  "-1",
  "1e9",
  "4294967296",
  "9007199254740993",
  "1e999",
  "0.5",
  "00",
  "",
  "null",
  "[]",
  "{}",
];
const TEXTS = [
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "\\",
  "null",
  "true",
  "NaN",
  '"__proto__":{},',
  "\ud83d\ude00",
  "[".repeat(300),
];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Bytes with `more` in place of `count` bytes at `at`. */
const spliced = (bytes: Buffer, at: number, count: number, more: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + count)]);

/** A place near the start in one of two cases: that is where files say what they are. */
const placeIn = (bytes: Buffer, { below }: Random): number =>
  below(below(2) === 0 ? bytes.length + 1 : Math.min(bytes.length, 64) + 1);

const MUTATIONS: readonly Mutation[] = [
  // A bit flips.
  (bytes, random) => {
    const at = Math.min(placeIn(bytes, random), bytes.length - 1);
    return spliced(bytes, at, 1, Uint8Array.of(bytes[at] ^ (1 << random.below(8))));
  },
  // A byte is another.
  (bytes, random) => spliced(bytes, placeIn(bytes, random), 1, Uint8Array.of(random.pick(BYTES))),
  // Four bytes are an odd number, its first or its last byte in front.
  (bytes, random) => {
    const word = Buffer.alloc(4);
    if (random.below(2) === 0) word.writeUInt32BE(random.pick(WORDS));
    else word.writeUInt32LE(random.pick(WORDS));
    return spliced(bytes, placeIn(bytes, random), 4, word);
  },
  // It is cut off.
  (bytes, random) => bytes.subarray(0, placeIn(bytes, random)),
  // A piece is missing.
  (bytes, random) => spliced(bytes, placeIn(bytes, random), 1 + random.below(40), new Uint8Array()),
  // A piece is there again, here or elsewhere.
  (bytes, random) => {
    const from = placeIn(bytes, random);
    return spliced(bytes, placeIn(bytes, random), 0, bytes.subarray(from, from + 1 + random.below(60)));
  },
  // A piece is zeros, as after a crash.
  (bytes, random) => {
    const [at, count] = [placeIn(bytes, random), 1 + random.below(64)];
    return spliced(bytes, at, count, new Uint8Array(Math.min(count, Math.max(0, bytes.length - at))));
  },
  // Something stands in it, or after it.
  (bytes, random) => spliced(bytes, placeIn(bytes, random), 0, Buffer.from(random.pick(TEXTS))),
  (bytes, random) => Buffer.concat([bytes, Buffer.from(random.pick(TEXTS))]),
  // A number in a text is another.
  (bytes, random) => {
    const numbers = [...bytes.toString("latin1").matchAll(/-?\d[\d.]*/g)];
    if (numbers.length === 0) return bytes;
    const { 0: number, index } = random.pick(numbers);
    return spliced(bytes, index, number.length, Buffer.from(random.pick(NUMBERS)));
  },
];

/**
 * A damaged file: one of the whole ones, changed once to four times; or its head with another's tail.
 * @param wholes at least one
 */
export function damaged(wholes: readonly Buffer[], random: Random): Buffer {
  let bytes = random.pick(wholes);
  if (random.below(20) === 0) {
    const other = random.pick(wholes);
    bytes = Buffer.concat([
      bytes.subarray(0, placeIn(bytes, random)),
      other.subarray(placeIn(other, random)),
    ]);
  }
  for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times--)
    bytes = random.pick(MUTATIONS)(bytes, random);
  return bytes;
}
