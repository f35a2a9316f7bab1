/** All examples as one program: typed strictly by the kernel's TypeScript, and each run as a function of its own. */
import { inspect } from "node:util";
import { compileFunction } from "node:vm";
import ts from "typescript";
import { PREAMBLE } from "../../scripts/docs/preamble";
import { diagnoseLines, type Message } from "../types/diagnose";
import { withComparisons } from "./comparisons";
import { isAsShown, parseShown } from "./shown-value";

/** An example, ready to be tried. */
export interface ReadyExample {
  /** What is wrong with how it is written, or with its types. */
  problems: string[];
  /** Runs it. @throws Error where a value is not the one shown, and whatever the example throws */
  run: () => Promise<void>;
}

type Run = (compare: typeof compareShown) => Promise<void>;

/** Makes examples ready. The lines that all of them take for given, the reference's by default, run at once. */
export function prepareExamples(codes: readonly string[], preamble: string = PREAMBLE): ReadyExample[] {
  const written = codes.map((code) => {
    try {
      return { code: withComparisons(code), problems: [] };
    } catch (error) {
      return { code: "", problems: [(error as Error).message] };
    }
  });
  const { source, firstLines } = programOf(
    written.map(({ code }) => code),
    preamble,
  );
  const messages = diagnoseLines(source, ["node"]);
  const runs = load(source);
  return written.map(({ code, problems }, i) => ({
    problems: [...problems, ...messagesWithin(messages, firstLines[i], code)],
    run: () => runs[i](compareShown),
  }));
}

/** What is wrong with the lines that all examples take for given. */
export function preambleProblems(preamble: string = PREAMBLE): string[] {
  return diagnoseLines(preamble, ["node"]).map(({ text }) => text);
}

/** The program's text, and at which of its lines each example begins. */
function programOf(
  codes: readonly string[],
  preamble: string,
): { source: string; firstLines: number[] } {
  const open = "(async (__compare: (value: unknown, shown: string) => void) => {";
  const lines = [...preamble.split("\n"), "export const runs = ["];
  const firstLines = codes.map((code) => {
    lines.push(open, ...code.split("\n"), "}),");
    return lines.length - 1 - code.split("\n").length;
  });
  return { source: [...lines, "];"].join("\n"), firstLines };
}

function messagesWithin(messages: readonly Message[], first: number, code: string): string[] {
  const end = first + code.split("\n").length;
  return messages
    .filter(({ line }) => line !== undefined && line >= first && line < end)
    .map(({ line, text }) => `line ${line! - first + 1}: ${text}`);
}

function load(source: string): Run[] {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const exports: { runs?: Run[] } = {};
  const program = compileFunction(outputText, ["require", "exports"], { filename: "examples.js" });
  (program as (require: NodeJS.Require, into: typeof exports) => void)(require, exports);
  return exports.runs!;
}

function compareShown(value: unknown, shown: string): void {
  if (!isAsShown(value, parseShown(shown)!))
    throw new Error(`The example shows ${shown}; the value is ${inspect(value, { maxArrayLength: 20 })}.`);
}
