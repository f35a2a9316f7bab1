// @ts-check
/**
 * How ESLint reads a notebook: its code cells, one after the other, are one TypeScript module, since a cell uses the
 * names of earlier ones. A message tells its cell, counted among cells of every kind, and its line within the cell.
 */
import path from "node:path";
import kernelTypeScript from "@tslab/typescript-for-tslab";
import ts from "typescript";
import tseslint from "typescript-eslint";

const ROOT = path.resolve(import.meta.dirname, "..", "..");

/**
 * @typedef {object} CellPlace a code cell in the module
 * @property {number} number among the notebook's cells of every kind, from 1
 * @property {number} firstLine of the cell in the module, from 1
 * @property {number} lastStatement the line in the module where the cell's last statement begins
 */

/** @type {Map<string, CellPlace[]>} by the notebook's name, from its reading to its messages */
const placesOf = new Map();

/** @type {import("eslint").Linter.Processor} */
const notebook = {
  meta: { name: "notebook-cells" },
  preprocess(text, file) {
    const { module, places } = moduleOf(JSON.parse(text).cells);
    placesOf.set(file, places);
    return [{ text: module, filename: "cells.ts" }];
  },
  postprocess([messages], file) {
    const places = placesOf.get(file) ?? [];
    placesOf.delete(file);
    return messages.flatMap((message) => inItsCell(message, places));
  },
};

/**
 * @param {{ cell_type: string, source: string | string[], metadata?: { exercise?: { only?: string } } }[]} cells
 * @returns {{ module: string, places: CellPlace[] }}
 */
function moduleOf(cells) {
  const places = [];
  let module = "";
  for (const [index, { cell_type, source, metadata }] of cells.entries()) {
    // An exercise's cell that uses names of the course's notebook is read there.
    if (cell_type !== "code" || metadata?.exercise?.only === "course") continue;
    const code = [source].flat().join("");
    const firstLine = module.split("\n").length;
    places.push({ number: index + 1, firstLine, lastStatement: firstLine + lastStatementLine(code) });
    // The semicolon ends a cell whose author left it out.
    module += `${code}\n;\n`;
  }
  return { module, places };
}

/** @param {string} code @returns {number} counted from 0 */
function lastStatementLine(code) {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const last = file.statements.at(-1);
  return last ? file.getLineAndCharacterOfPosition(last.getStart(file)).line : 0;
}

/**
 * @param {import("eslint").Linter.LintMessage} message about the module
 * @param {CellPlace[]} places
 * @returns {import("eslint").Linter.LintMessage[]} the message about its cell; none where cells may do what it says
 */
function inItsCell(message, places) {
  const { number, firstLine, lastStatement } = places.findLast((place) => place.firstLine <= message.line);
  // The value of a cell's last expression is what the notebook shows.
  if (message.ruleId?.endsWith("no-unused-expressions") && message.line === lastStatement) return [];
  return [
    {
      ...message,
      fix: undefined, // which would count in the module
      suggestions: undefined,
      line: message.line - firstLine + 1,
      endLine: message.endLine && message.endLine - firstLine + 1,
      message: `Cell ${number}: ${message.message}`,
    },
  ];
}

/** Types as the kernel has them, but strict. */
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: ["node"],
  typeRoots: [path.join(ROOT, "node_modules", "@types")],
  // A module may await outside of every function, as a cell may.
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  esModuleInterop: true,
};

const KERNEL_LIBRARY = path.dirname(kernelTypeScript.getDefaultLibFilePath({}));

/** @type {Map<string, ts.SourceFile | undefined>} the declarations that notebooks share, each read once */
const declarations = new Map();
/** @type {ts.Program | undefined} */
let previousProgram;

/** @param {string} module the path of a module that is on no disk @param {string} text @returns {ts.Program} */
function programOf(module, text) {
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, getSourceFile } = host;
  // The kernel's TypeScript is older than the project's: other declarations of JavaScript and of Node go with it.
  host.getDefaultLibLocation = () => KERNEL_LIBRARY;
  host.resolveTypeReferenceDirectiveReferences = (references, from) =>
    references.map((reference) =>
      kernelTypeScript.resolveTypeReferenceDirective(reference.fileName ?? reference, from, OPTIONS, host),
    );
  host.fileExists = (file) => file === module || fileExists(file);
  host.getSourceFile = (file, ...how) => {
    if (file === module) return ts.createSourceFile(file, text, ...how);
    if (!declarations.has(file)) declarations.set(file, getSourceFile(file, ...how));
    return declarations.get(file);
  };
  previousProgram = ts.createProgram([module], OPTIONS, host, previousProgram);
  return previousProgram;
}

/** typescript-eslint's parser, for a module that is on no disk. */
export const cellParser = {
  meta: { name: "notebook-cells-parser" },
  /** @param {string} text @param {import("@typescript-eslint/parser").ParserOptions} options */
  parseForESLint: (text, options) =>
    tseslint.parser.parseForESLint(text, { ...options, programs: [programOf(options.filePath, text)] }),
};

/** TypeScript's own errors, which for other files `tsc` reports. */
const types = {
  meta: { type: "problem", messages: { error: "{{ text }}" } },
  create: ({ sourceCode, filename, report }) => ({
    Program() {
      const { program } = sourceCode.parserServices;
      for (const { start, length, messageText } of program.getSemanticDiagnostics(
        program.getSourceFile(filename),
      )) {
        const loc = {
          start: sourceCode.getLocFromIndex(start),
          end: sourceCode.getLocFromIndex(start + length),
        };
        report({
          loc,
          messageId: "error",
          data: { text: ts.flattenDiagnosticMessageText(messageText, " ") },
        });
      }
    },
  }),
};

/** A value that a cell keeps is there for a cell of the reader's own. Functions, types and imports have to be used. */
const keptValues = {
  meta: { type: "suggestion" },
  create: ({ sourceCode }) => ({
    Program(program) {
      for (const { name, defs } of sourceCode.getScope(program).childScopes[0].variables)
        if (defs.every(isValue)) sourceCode.markVariableAsUsed(name, program);
    },
  }),
};

/** @param {import("eslint").Scope.Definition} definition */
const isValue = ({ type, node }) => type === "Variable" && !/Function/.test(node.init?.type);

/** The ESLint plugin. */
export const cells = {
  meta: { name: "cells" },
  processors: { notebook },
  rules: { types, "kept-values": keptValues },
};
