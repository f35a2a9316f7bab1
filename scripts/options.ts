/** The options of a command, for all commands. */
import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What was given for each option; a wrong one ends the process with one line that says so. */
export function readOptions<T extends Options>(
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
  try {
    return parseArgs<{ options: T }>({ options }).values;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** Runs a command, or prints its usage where it was asked for. What goes wrong is told in one line. */
export async function runCommand(main: () => void | Promise<void>, usage: string | undefined): Promise<void> {
  try {
    if (usage === undefined) await main();
    else console.log(usage);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** A number option, or an error that says what was given. */
export function numberOption(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new Error(`--${name} is ${text || "empty"}; give a number.`);
  return value;
}
