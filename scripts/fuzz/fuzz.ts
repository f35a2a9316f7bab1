/** Tries a reader on damaged files: each time it must give what is in the file, or an error in words, soon and sparingly. */
import { AssertionError } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { damaged, randomFrom } from "./mutate";
import type { Reader } from "./readers";

/** The longest that a reader may compute, in milliseconds. */
const PATIENCE = 1000;
/** The longest that it may take by the clock, on a machine on which others compute too. */
const PATIENCE_BY_CLOCK = 15_000;
/** How much the process may grow while it reads one file: the engine of JavaScript grows in steps of its own, too. */
const MOST_GROWTH = 100e6;

/** What came of trying a reader. */
export interface Report {
  files: number;
  accepted: number;
  refused: number;
  /** Milliseconds of computing for the slowest file. */
  slowest: number;
  /** By how many bytes one file made the process grow most. */
  mostGrowth: number;
  /** Different errors, numbers and names left out. */
  kinds: number;
  /** What must not be: the file's number among the damaged ones, and why. */
  failures: { number: number; why: string; file: string }[];
}

/** Options of {@link fuzz}. */
export interface FuzzOptions {
  files: number;
  seed: number;
  /** Where files are kept that a reader fails on. */
  keep: string;
  /** Called now and then. */
  onProgress?: (done: number) => void;
}

/**
 * Tries a reader on `files` damaged files.
 * @param name of the reader, which decides its files together with the seed
 */
export function fuzz(name: string, reader: Reader, { files, seed, keep, onProgress }: FuzzOptions): Report {
  const report: Report = {
    files,
    accepted: 0,
    refused: 0,
    slowest: 0,
    mostGrowth: 0,
    kinds: 0,
    failures: [],
  };
  const kinds = new Set<string>();
  const key = [...Buffer.from(name)];
  for (const whole of reader.wholes) reader.read(whole); // one that refuses a whole file would refuse all
  for (let number = 0; number < files; number++) {
    const bytes = damaged(reader.wholes, randomFrom(seed, number, ...key));
    const fail = (why: string): void => {
      const file = path.join(keep, `${name.replace(/\W+/g, "-")}-${seed}-${number}`);
      writeFileSync(file, bytes);
      report.failures.push({ number, why, file });
    };
    const [before, started, computed] = [peak(), performance.now(), process.cpuUsage()];
    try {
      reader.read(bytes);
      report.accepted++;
    } catch (error) {
      report.refused++;
      const problem = problemWith(error);
      if (problem !== undefined) fail(problem);
      else kinds.add((error as Error).message.replace(/"(?:[^"\\]|\\.)*"|[\d.]+/g, "_").slice(0, 100));
    }
    const { user, system } = process.cpuUsage(computed);
    const milliseconds = (user + system) / 1000;
    const byClock = performance.now() - started;
    const growth = peak() - before;
    if (milliseconds > PATIENCE || byClock > PATIENCE_BY_CLOCK)
      fail(`it computed for ${milliseconds.toFixed(0)} ms, and took ${byClock.toFixed(0)} ms`);
    if (growth > MOST_GROWTH) fail(`it took ${(growth / 1e6).toFixed(0)} MB for ${bytes.length} bytes`);
    report.slowest = Math.max(report.slowest, milliseconds);
    report.mostGrowth = Math.max(report.mostGrowth, growth);
    if (number % 1000 === 999) onProgress?.(number + 1);
  }
  return { ...report, kinds: kinds.size };
}

/** The most memory that this process has held so far, in bytes. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Names of errors that are meant for people. */
const MEANT = ["Error", "RangeError", "MnistFileError"];
/** Words of JavaScript's own errors, which say nothing of a file. */
const INTERNAL =
  /Cannot read|Cannot convert|is not (a function|iterable|defined)|Invalid (typed )?array length|call stack|allocation failed|out of (range|bounds)|of undefined/i;

/** What is wrong with an error: undefined where it is in words. @param error what a reader threw */
function problemWith(error: unknown): string | undefined {
  if (error instanceof AssertionError) return `it was accepted: ${error.message}`;
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const { name, message } = error;
  if (!MEANT.includes(name) || INTERNAL.test(message))
    return `its error is JavaScript's own: ${name}: ${message}`;
  // eslint-disable-next-line no-control-regex -- a terminal would obey them
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(message))
    return `its error holds control characters: ${JSON.stringify(message)}`;
  if (message.length > 1000) return `its error has ${message.length} characters`;
  return undefined;
}
