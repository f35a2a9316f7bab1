/**
 * Errors as a student sees them: the kind, the message, and the lines of the notebook that led there. The frames of the
 * kernel, of TensorFlow.js and of other packages say nothing to somebody who did not write them.
 */
import * as path from "node:path";
import { inspect } from "node:util";
import { CompileError, type Diagnostic } from "./compiler";
import type { CellPlace } from "./executor";

/** An error as Jupyter's messages carry it. */
export interface ErrorContent extends Record<string, unknown> {
  ename: string;
  evalue: string;
  /** Lines to show, the last of them the error itself, coloured by ANSI codes. */
  traceback: string[];
}

/** What an error's frames are looked up in. */
export interface ErrorContext {
  placeInCell: (file: string, line: number, column: number) => CellPlace | undefined;
  /** The text of a cell that has run, by its number. */
  codeOf: (count: number) => string | undefined;
}

/** The stop button ended a cell. */
export class Stopped extends Error {
  /** @param runsOn whether what the cell waits for may run on */
  constructor({ runsOn }: { runsOn: boolean }) {
    super(runsOn ? "What the cell was waiting for may go on unseen; restarting the kernel ends it." : "");
    this.name = "Stopped";
  }
}

/** Errors that tell of a slip in code, rather than of a wrong value that a library refuses. */
const SLIPS = [TypeError, ReferenceError, SyntaxError];
const MOST_FRAMES = 8;
/** How much of a line of code is shown. */
const MOST_CHARACTERS = 80;
/** Files whose frames are not shown: packages, Node itself, and what the kernel puts around a cell. */
const FOREIGN = /[\\/]node_modules[\\/]|^node:|^<anonymous>$|^cell \[/;
/** The folder of the kernel itself. */
const KERNEL = path.dirname(__dirname) + path.sep;

/** What a cell that throws `thrown` shows. */
export function describeError(thrown: unknown, context: ErrorContext, count: number): ErrorContent {
  if (thrown instanceof CompileError)
    return describeDiagnostics(thrown.diagnostics, context.codeOf(count) ?? "");
  if (isInterruption(thrown)) return describeError(new Stopped({ runsOn: false }), context, count);
  if (!(thrown instanceof Error)) {
    const text = typeof thrown === "string" ? thrown : inspect(thrown);
    return { ename: "Error", evalue: text, traceback: [`${red("Thrown")}: ${text}`] };
  }
  const { name }: { name: unknown } = thrown; // code may have set it to anything
  const ename = String(name);
  const evalue = messageOf(thrown);
  const headline = `${red(ename)}${evalue ? `${ename === "Stopped" ? "." : ":"} ${evalue}` : "."}`;
  const frames = thrown instanceof Stopped ? [] : framesOf(thrown, context);
  return { ename, evalue, traceback: [headline, ...frames, ...causeOf(thrown, context)] };
}

/** An error's message; TensorFlow.js' own in words that say something to somebody who did not write it. */
function messageOf(error: Error): string {
  const { message: given }: { message: unknown } = error;
  const message = String(given);
  const isOfTensorFlow = stackOf(error)
    .find(({ file }) => file !== "<anonymous>")
    ?.file.includes(`${path.sep}@tensorflow${path.sep}`);
  if (!isOfTensorFlow) return message;
  if (/reading 'backend'/.test(message))
    return "a tensor is used that has been disposed of. Make it again, or tf.clone the one that is to stay.";
  // TensorFlow's errors begin with a number that only TensorFlow knows, and some end with two.
  return message.replace(/^Invalid TF_Status: \d+\nMessage: /, "").replace(/ 0 0$/, "");
}

/** Whether Node broke a script off because of SIGINT. */
function isInterruption(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

/** The name that TypeScript does not find and has no other for, if that is what it says. */
const unknownName = ({ messageText }: Diagnostic): string | undefined =>
  /^Cannot find name '(.*)'\.$/.exec(messageText)?.[1];

/** a, b and c. */
const LIST = new Intl.ListFormat("en-GB");

/** Parameters without a type: they follow from a function that is not known. */
const IMPLICITLY_ANY = [7006, 7031];

/**
 * What TypeScript says, each with the line it means and a mark below the place. A name that it does not find is mostly one
 * of a cell that has not been run: each is told once, and where to look.
 */
function describeDiagnostics(all: Diagnostic[], code: string): ErrorContent {
  const unknown = new Map<string, Diagnostic>();
  for (const diagnostic of all) {
    const name = unknownName(diagnostic);
    if (name !== undefined && !unknown.has(name)) unknown.set(name, diagnostic);
  }
  const diagnostics = all.filter((diagnostic) => {
    const name = unknownName(diagnostic);
    if (name !== undefined) return unknown.get(name) === diagnostic;
    return unknown.size === 0 || !IMPLICITLY_ANY.includes(diagnostic.code);
  });
  const traceback = diagnostics.flatMap(({ start, end, messageText, fileName }) => {
    const headline = `${fileName ? `${fileName} ` : ""}${start.line + 1}:${start.character + 1} - ${messageText}`;
    if (fileName) return [headline];
    const line = code.split("\n")[start.line] ?? "";
    const width = Math.max(1, (end.line === start.line ? end.character : line.length) - start.character);
    return [headline, `    ${line}`, `    ${" ".repeat(start.character)}${red("~".repeat(width))}`];
  });
  if (unknown.size > 0)
    traceback.push(
      `If a cell above makes ${LIST.format(unknown.keys())}, run it first: menu Run, Run All Above Selected Cell.`,
    );
  return {
    ename: "TypeScript",
    evalue: `${diagnostics[0].start.line + 1}:${diagnostics[0].start.character + 1} - ${diagnostics[0].messageText}`,
    traceback,
  };
}

/** One place of a stack. */
interface Frame {
  /** Name of the function, if it has one. */
  where: string;
  file: string;
  line: number;
  column: number;
}

/** The lines of the notebook that led to an error; for a slip also those of files outside the packages. */
function framesOf(error: Error, context: ErrorContext): string[] {
  const frames = stackOf(error);
  const isSlip = SLIPS.some((kind) => error instanceof kind);
  const shown = frames.flatMap((frame) => {
    const place = context.placeInCell(frame.file, frame.line, frame.column);
    if (place) return [cellLine(frame, place, context)];
    const isForeign = FOREIGN.test(frame.file) || frame.file.startsWith(KERNEL);
    return isSlip && !isForeign ? [`  ${frame.where || "at"} ${frame.file}:${frame.line}`] : [];
  });
  const more = shown.length - MOST_FRAMES;
  return more > 0 ? [...shown.slice(0, MOST_FRAMES), `  and ${more} more`] : shown;
}

function stackOf({ stack }: { stack?: unknown }): Frame[] {
  return String(stack)
    .split("\n")
    .flatMap((text) => {
      const match = /^\s+at (?:(?:async )?(.*?) \()?(?:async )?(.+?):(\d+):(\d+)\)?$/.exec(text);
      if (!match) return [];
      const [, where = "", file, line, column] = match;
      return [{ where, file, line: Number(line), column: Number(column) }];
    });
}

function cellLine({ where }: Frame, { count, line }: CellPlace, { codeOf }: ErrorContext): string {
  const code = codeOf(count)?.split("\n")[line - 1]?.trim() ?? "";
  const text = code.length > MOST_CHARACTERS ? `${code.slice(0, MOST_CHARACTERS)} ...` : code;
  // A function of an earlier cell is called as a property of the object that keeps them all.
  const name = where.replace(/^Proxy\./, "");
  const inFunction = name && !/^(eval|Object\.<anonymous>)/.test(name) ? `, in ${name}` : "";
  return `  cell [${count}], line ${line}${inFunction}${text ? `:  ${text}` : ""}`;
}

/** The cause of an error that a cell threw; what a library throws on purpose says its cause itself. */
function causeOf(error: Error, { placeInCell }: ErrorContext): string[] {
  const { cause } = error;
  const top = stackOf(error).at(0);
  const isOfCell = top && placeInCell(top.file, top.line, top.column) !== undefined;
  return isOfCell && cause instanceof Error
    ? [`caused by ${cause.name}: ${cause.message.split("\n")[0]}`]
    : [];
}

const red = (text: string): string => `\x1b[1;31m${text}\x1b[0m`;
