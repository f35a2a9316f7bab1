/** What the library's index passes on, in its order, and what the comments there and on top of the files say. */
import * as path from "node:path";
import { TypeScript as ts } from "typedoc";

export interface Export {
  /** The file that declares what is exported. */
  file: ts.SourceFile;
  /** The comment above the export, or above the nearest one before it that has one; empty where there is none. */
  heading: string;
}

/** The exports of an index, and of the lists of exports beside it that it passes on whole. */
export function exportsOf(program: ts.Program, index: string): Export[] {
  let heading = "";
  return (program.getSourceFile(index)?.statements ?? []).flatMap((statement) => {
    heading = commentAbove(statement) || heading;
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) return [];
    const { text } = statement.moduleSpecifier as ts.StringLiteral;
    const file = program.getSourceFile(path.resolve(path.dirname(index), `${text}.ts`));
    if (!file) throw new Error(`${index} exports ${text}, which TypeScript has not read.`);
    return isList(file) ? exportsOf(program, file.fileName) : [{ file, heading }];
  });
}

/** Whether a file only passes on what others export. */
function isList(file: ts.SourceFile): boolean {
  return file.statements.every((statement) => ts.isExportDeclaration(statement));
}

/** The comment that opens a file and belongs to it, not to its first declaration. */
export function headOf(file: ts.SourceFile): string {
  const [first] = file.statements;
  const comments = commentsAbove(first);
  return comments.length > 1 || ts.isImportDeclaration(first) ? (comments.at(0) ?? "") : "";
}

/** The comment right above a statement. One that opens the file is the file's own. */
function commentAbove(statement: ts.Statement): string {
  const comments = commentsAbove(statement);
  return statement.pos === 0 && comments.length === 1 ? "" : (comments.at(-1) ?? "");
}

/**
 * The texts of the comments above a statement, with links as plain names. Lines that follow each other are one comment, and
 * paragraphs stay.
 */
function commentsAbove(statement: ts.Statement): string[] {
  const { text } = statement.getSourceFile();
  const above = text.slice(statement.pos, statement.getStart());
  const comments = above.match(/\/\*[\s\S]*?\*\/|(?:\/\/.*\n?[ \t]*)+/g) ?? [];
  return comments.map((comment) =>
    comment
      .replace(/^\/\*\*?|\*\/$/g, "")
      .replace(/^[ \t]*(?:\/\/|\*) ?/gm, "")
      .replace(/\{@link (\S+?)\}/g, "`$1`")
      .trim(),
  );
}
