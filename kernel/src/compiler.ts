/** Cells' TypeScript to JavaScript, by tslab's converter. */
import "./unread-comments";
import * as ts from "@tslab/typescript-for-tslab";
import type { CompletionInfo, Diagnostic, SideOutput } from "tslab/dist/converter";
import type { CodeMetadata } from "tslab/dist/metadata";
import { checkForStop } from "./stop-checks";
import { type MendedConverter, tslab } from "./tslab";

export type { Diagnostic };

/** A cell as JavaScript. */
export interface CompiledCell {
  /** CommonJS; undefined where nothing is to be run, as for types alone. */
  code: string | undefined;
  /** Source maps from the code to the cell, to be applied one after the other. */
  sourceMaps: string[];
  /** Whether it must run in an async function. */
  isAsync: boolean;
  /** Where the value of a last expression is kept, if there is one. */
  lastExpression: string | undefined;
  /** The declarations of all cells so far. */
  declarations: string;
  /** Local files that the cell imports, as JavaScript. */
  files: SideOutput[];
}

/** TypeScript's view of a cell among the earlier ones. */
export type CellProgram = ReturnType<MendedConverter["programWith"]>;

/** TypeScript refuses a cell. */
export class CompileError extends Error {
  constructor(readonly diagnostics: Diagnostic[]) {
    super(diagnostics[0].messageText);
    this.name = "CompileError";
  }
}

/** Compiles the cells of a notebook one after the other, in the working directory. */
export class Compiler {
  readonly #converter = tslab.converter.createConverter({ isJS: false, isBrowser: false }) as MendedConverter;
  #declarations = "";

  /** @throws CompileError */
  compile(code: string): CompiledCell {
    const converted = this.#converter.convert(this.#declarations, withoutExports(code));
    if (converted.diagnostics.length > 0) throw new CompileError(converted.diagnostics);
    const { output, sourceMap, target } = converted;
    const commonJs = output ? this.#toCommonJs(output, target) : undefined;
    return {
      code: commonJs?.outputText,
      sourceMaps: [commonJs?.sourceMapText, sourceMap].filter((map) => map !== undefined),
      isAsync: converted.hasToplevelAwait === true || this.#hasForAwait(code),
      lastExpression: converted.lastExpressionVar,
      declarations: converted.declOutput ?? "",
      files: converted.sideOutputs ?? [],
    };
  }

  /** Makes a cell's declarations known to later ones; to be called when it has run. */
  keep({ declarations }: CompiledCell): void {
    this.#declarations = declarations;
  }

  /** A cell that is a module (tslab's `@module` tag): later cells import it by name. @throws CompileError */
  addModule(name: string, code: string, metadata: CodeMetadata): void {
    const diagnostics = this.#converter.addModule(name, code, metadata);
    if (diagnostics.length > 0) throw new CompileError(diagnostics);
  }

  /** Whether a text is a whole cell, the beginning of one, or neither. */
  isComplete(code: string): { status: "complete" | "invalid" } | { status: "incomplete"; indent: string } {
    const { completed, indent = "" } = tslab.converter.isCompleteCode(code);
    if (!completed) return { status: "incomplete", indent };
    const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
    const { parseDiagnostics } = file as unknown as { parseDiagnostics: unknown[] };
    return { status: parseDiagnostics.length === 0 ? "complete" : "invalid" };
  }

  complete(code: string, position: number): CompletionInfo {
    return this.#converter.complete(this.#declarations, code, position);
  }

  programWith(code: string): CellProgram {
    return this.#converter.programWith(this.#declarations, code);
  }

  #toCommonJs(code: string, target: ts.ScriptTarget | undefined): ts.TranspileOutput {
    const withoutMapComment = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    return ts.transpileModule(withoutMapComment, {
      fileName: "cell.js",
      transformers: { before: [checkForStop()] },
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
        target,
        newLine: ts.NewLineKind.LineFeed,
        noImplicitUseStrict: true,
        sourceMap: true,
      },
    });
  }

  /** Whether a `for await` stands outside every function; tslab sees only other awaits. */
  #hasForAwait(code: string): boolean {
    const visit = (node: ts.Node): boolean => {
      if (ts.isFunctionLike(node)) return false;
      if (ts.isForOfStatement(node) && node.awaitModifier) return true;
      return ts.forEachChild(node, visit) ?? false;
    };
    return visit(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest));
  }
}

/**
 * A cell's text with spaces in place of `export` before a declaration, as in what is copied from a file: later cells know
 * every declaration anyway.
 */
function withoutExports(code: string): string {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const keywords = file.statements.flatMap((statement) => {
    const modifiers = (ts.canHaveModifiers(statement) && ts.getModifiers(statement)) || [];
    const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    return isDefault ? [] : modifiers.filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  });
  return keywords.reduce((text, { end }) => {
    const start = end - "export".length;
    return text.slice(0, start) + " ".repeat(end - start) + text.slice(end);
  }, code);
}
