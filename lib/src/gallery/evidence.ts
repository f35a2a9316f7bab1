/** What speaks for a mistake and against it: its signs, looked for in a mystery. Node only. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Judge } from "../judge/judge";
import { bugs, type Bug, type Sign } from "./bugs";
import { MEASUREMENTS, type Measurement, type Numbers } from "./measurements";
import type { Mystery } from "./mystery";

/** The name of the guess that there is nothing wrong. */
export const NOTHING = "nothing";

/** What a mystery can be named: the twelve mistakes, and "nothing". */
export const BUG_NAMES: readonly string[] = [...bugs.map(({ name }) => name), NOTHING];

/** One sign, looked for. */
export interface Evidence {
  sign: Sign;
  /** What was measured. */
  found: number;
  /** Whether it is as the mistake would have it. */
  speaksFor: boolean;
}

/** A mistake by its name. @throws RangeError that lists the names */
export function bugNamed(name: string): Bug | undefined {
  const found = bugs.find((bug) => bug.name === name);
  if (found ?? name === NOTHING) return found;
  throw new RangeError(`${JSON.stringify(name)} is not in the gallery; there are: ${BUG_NAMES.join("; ")}.`);
}

/** Looks for the signs of a mistake in what was measured. */
export function evidenceFor(signs: readonly Sign[], measured: (of: Measurement) => Numbers): Evidence[] {
  return signs.map((sign) => {
    const found = measured(sign.of)[sign.number];
    const { atLeast = -Infinity, atMost = Infinity } = sign;
    return { sign, found, speaksFor: found >= atLeast && found <= atMost };
  });
}

/** Measures a mystery, each measurement once. */
export function measurer(mystery: Mystery, judge: Judge, seed: number): (of: Measurement) => Numbers {
  const known = new Map<Measurement, Numbers>();
  return (of) => {
    const numbers = known.get(of) ?? MEASUREMENTS[of]({ mystery, judge, seed });
    known.set(of, numbers);
    return numbers;
  };
}

/** The lines of a mistake, as they are in this library. @throws Error when they cannot be found */
export function codeOf({ code: [file, mark] }: Bug): string {
  const source = path.resolve(__dirname, "..", "..", "src", "gallery", `${file}.ts`);
  const lines = readFileSync(source, "utf8").split("\n");
  const [begin, end] = ["BEGIN", "END"].map((word) => lines.indexOf(`// ${word} ${mark}`));
  if (begin < 0 || end < begin)
    throw new Error(`${source} has no lines between // BEGIN ${mark} and its end.`);
  return lines.slice(begin + 1, end).join("\n");
}
