/** The board of a race: who trained what in which time, and how good its digits are. A JSON file of a class. Node only. */
import { existsSync, readFileSync } from "node:fs";
import * as os from "node:os";
import { fieldProblem, type Fields, isObject, numberFrom, objectOf, text, wholeFrom } from "../fields";
import { writeFileAtomic } from "../files/atomic";
import { withLock } from "../files/lock";
import type { Interval } from "../measures/intervals";
import { infoProblem, type WeightsInfo } from "../recipe";
import { SAMPLER_NAMES, type SamplerName } from "../study/sampler-names";
import type { TimedRun } from "../training/timed-run";
import { checkDescription, describeUnet, type UnetDescription } from "../unet/description";
import { excerpt, printable } from "../validate";

/** One line of the board: all that is needed to have the result again, and the result. */
export interface BoardEntry {
  /** Who, or which run. */
  name: string;
  /** What was changed of the recipe, in a few words. */
  change: string;
  network: UnetDescription;
  info: WeightsInfo;
  /** Seconds of training. */
  seconds: number;
  machine: string;
  /** When it was written, as ISO 8601 has it. */
  date: string;
  sampler: SamplerName;
  /** Steps of sampling. */
  samplingSteps: number;
  guidanceScale: number;
  /** How many digits were judged. */
  n: number;
  accuracy: Interval;
  frechet: Interval;
}

/** What {@link boardEntry} is told beside the run. */
export type BoardResult = Pick<
  BoardEntry,
  "change" | "sampler" | "samplingSteps" | "guidanceScale" | "n" | "accuracy" | "frechet"
>;

/**
 * A line about a run, with the machine it ran on.
 * @example
 * const run = cfg.openRun("line", { recipe: cfg.RECIPES.small, data: mnist, seconds: 60, steps: 1 });
 * const share = { value: 0.97, low: 0.96, high: 0.98 };
 * cfg.boardEntry(run, { change: "nothing", sampler: "dpm-solver", samplingSteps: 8, guidanceScale: 1.5, n: 500, accuracy: share, frechet: share }).name // "line"
 */
export function boardEntry(run: TimedRun, result: BoardResult): BoardEntry {
  const { state, info } = run.weights();
  return {
    name: run.name,
    ...result,
    network: describeUnet(state),
    info,
    seconds: run.seconds,
    machine: `${os.cpus()[0]?.model.trim() ?? "unknown"}, ${os.availableParallelism()} cores`,
    date: new Date().toISOString(),
  };
}

const interval = objectOf(
  { value: numberFrom(0), low: numberFrom(0), high: numberFrom(0) },
  "a value with low and high",
);

const ENTRY_FIELDS: Record<keyof BoardEntry, Fields[string]> = {
  name: text,
  change: text,
  network: { allowed: "the description of a network", isAllowed: isDescription },
  info: {
    allowed: "the facts of a training",
    isAllowed: (value) => isObject(value) && infoProblem(value) === undefined,
  },
  seconds: numberFrom(0),
  machine: text,
  date: {
    allowed: "a date",
    isAllowed: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  },
  sampler: {
    allowed: SAMPLER_NAMES.join(" or "),
    isAllowed: (value) => SAMPLER_NAMES.includes(value as SamplerName),
  },
  samplingSteps: wholeFrom(1),
  guidanceScale: { allowed: "a finite number", isAllowed: Number.isFinite },
  n: wholeFrom(1),
  accuracy: interval,
  frechet: interval,
};

function isDescription(value: unknown): boolean {
  if (!isObject(value)) return false;
  try {
    checkDescription(value as unknown as UnetDescription);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads a board.
 * @returns no lines where there is no such file
 * @throws Error that names the file, the line and what is wrong with it; the file stays as it is
 * @example
 * cfg.readBoard("no-board-yet.json") // []
 */
export function readBoard(file: string): BoardEntry[] {
  if (!existsSync(file)) return [];
  let board: unknown;
  try {
    board = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw damaged(file, (cause as Error).message, cause);
  }
  if (!Array.isArray(board)) throw damaged(file, `it holds ${excerpt(board)}, and no list of lines`);
  for (const [i, entry] of board.entries()) {
    const problem = isObject(entry) ? fieldProblem(entry, ENTRY_FIELDS) : `it is ${excerpt(entry)}`;
    if (problem !== undefined) throw damaged(file, `line ${i + 1}: ${problem}`);
  }
  return board as BoardEntry[];
}

function damaged(file: string, problem: string, cause?: unknown): Error {
  return new Error(
    `${file} is no board, or damaged: ${printable(problem)}. Move it away, or mend it; it was not changed.`,
    {
      cause,
    },
  );
}

/**
 * Writes a line on a board, whole or not at all; the line of the same run (name, seed and steps) is replaced. Others may
 * write to the same file at the same time.
 * @param file such as "board.json", beside the notebook; it is made where there is none
 * @returns the board as it is now
 * @throws Error when the file is damaged or cannot be written
 * @example
 * cfg.readBoard("other-board.json").forEach((entry) => cfg.addToBoard("board.json", entry));
 */
export function addToBoard(file: string, entry: BoardEntry): BoardEntry[] {
  return withLock(file, () => {
    const board = mergeBoards([readBoard(file), [entry]]);
    const lines = board.map((line) => JSON.stringify(line)).join(",\n");
    writeFileAtomic(file, new TextEncoder().encode(`[\n${lines}\n]\n`));
    return board;
  });
}

/**
 * One board of many, such as those of a class; of two lines about one run the later one stays.
 * @example
 * cfg.mergeBoards([cfg.readBoard("board.json"), cfg.readBoard("other-board.json")]) // []
 */
export function mergeBoards(boards: readonly (readonly BoardEntry[])[]): BoardEntry[] {
  const lines = new Map<string, BoardEntry>();
  for (const entry of boards.flat()) {
    const key = JSON.stringify([entry.name, entry.machine, entry.info.seed, entry.info.step]);
    const there = lines.get(key);
    if (!there || Date.parse(there.date) <= Date.parse(entry.date)) lines.set(key, entry);
  }
  return [...lines.values()];
}
