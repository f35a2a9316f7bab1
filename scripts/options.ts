/** The options of a command, for all commands. Each is checked before the command begins its work. */
import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What was given for each option; a wrong one ends the process with one line that says so. */
export function readOptions<T extends Options>(
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
  return parsed(() => parseArgs<{ options: T }>({ options }).values);
}

/** What was given beside options, such as files; an option that is unknown ends the process with one line that says so. */
export function readArguments<T extends Options>(
  options: T,
): Pick<ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>, "values" | "positionals"> {
  return parsed(() => parseArgs<{ options: T; allowPositionals: true }>({ options, allowPositionals: true }));
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/**
 * Runs a command, or prints its usage where it was asked for. What goes wrong is told in one line.
 * @param failure the exit status then
 */
export async function runCommand(
  main: () => void | Promise<void>,
  usage: string | undefined,
  failure: number = 1,
): Promise<void> {
  try {
    if (usage === undefined) await main();
    else console.log(usage);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = failure;
  }
}

/** What a number may be; any finite number by default. */
export interface NumberRange {
  /** The least and the largest number allowed. */
  min?: number;
  max?: number;
  /** The number must lie above this one. */
  above?: number;
  /** Whether it must be a whole number. */
  whole?: boolean;
}

/** A number option, or an error that says what was given and what is allowed. */
export function numberOption(name: string, text: string, range: NumberRange = {}): number {
  const value = Number(text);
  const { min = -Infinity, max = Infinity, above = -Infinity, whole = false } = range;
  const isNumber = text.trim() !== "" && Number.isFinite(value) && (!whole || Number.isSafeInteger(value));
  if (isNumber && value >= min && value <= max && value > above) return value;
  throw new Error(`--${name} is ${text || "empty"}; give ${inWords(range)}.`);
}

function inWords({ min, max, above, whole }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  if (above !== undefined) return `${kind} above ${above}`;
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  return kind;
}

/** One of a few words, or an error that says which. */
export function wordOption<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined)
    throw new Error(`--${name} is ${text || "empty"}; it must be ${words.join(" or ")}.`);
  return word;
}

/** The path of a file to write, or an error that says why it could not be written. */
export function fileOption(name: string, file: string): string {
  const whole = path.resolve(file);
  if (file.trim() === "") throw new Error(`--${name} is empty; give the name of a file.`);
  if (statOf(whole)?.isDirectory())
    throw new Error(`--${name} is ${file}, which is a folder; give the name of a file.`);
  const folder = path.dirname(whole);
  if (!statOf(folder)?.isDirectory())
    throw new Error(`There is no folder for --${name} ${file}; make it first.`);
  checkWritable(name, file, folder);
  return whole;
}

/** The path of a folder to write to, which need not be there yet, or an error that says why it could not be used. */
export function folderOption(name: string, folder: string): string {
  if (folder.trim() === "") throw new Error(`--${name} is empty; give the name of a folder.`);
  let nearest = path.resolve(folder);
  while (!statOf(nearest)) nearest = path.dirname(nearest);
  if (!statOf(nearest)?.isDirectory())
    throw new Error(`--${name} is ${folder}, and ${nearest} is no folder; give the name of a folder.`);
  checkWritable(name, folder, nearest);
  return folder;
}

function statOf(file: string): ReturnType<typeof statSync> {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined; // below a file, or behind a folder that cannot be entered
  }
}

function checkWritable(name: string, given: string, folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(
      `--${name} is ${given}, and ${folder} cannot be written to (${code}); give another place.`,
      {
        cause,
      },
    );
  }
}
