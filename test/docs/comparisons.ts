/** Turns the values that stand behind an example's statements, `f(2) // 4`, into comparisons. */
import ts from "typescript";
import { parseShown } from "./shown-value";

/** A place in an example where a value is shown, and the code that compares it. */
interface Comparison {
  start: number;
  end: number;
  by: string;
  /** Where the comment begins. */
  comment: number;
}

/**
 * The example with its comparisons, on as many lines.
 * @throws Error where it is no TypeScript, or where a comment behind code is not a value of that code
 */
export function withComparisons(code: string): string {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: ts.Diagnostic[] };
  for (const { messageText } of parseDiagnostics)
    throw new Error(`${ts.flattenDiagnosticMessageText(messageText, "\n")}: ${code}`);
  const comparisons = file.statements.flatMap((statement) => comparisonOf(statement, code));
  const compared = new Set(comparisons.map(({ comment }) => comment));
  for (const comment of commentsBehindCode(file))
    if (!compared.has(comment))
      throw new Error(
        `"${code.slice(comment).split("\n")[0]}" is not compared. Behind an expression or a constant may stand its value; ` +
          "words have a line of their own, above.",
      );
  return comparisons.reduceRight((text, { start, end, by }) => text.slice(0, start) + by + text.slice(end), code);
}

/** The comparison that a statement of the example asks for, if any. */
function comparisonOf(statement: ts.Statement, code: string): Comparison[] {
  const comment = ts.getTrailingCommentRanges(code, statement.end)?.[0];
  if (comment?.kind !== ts.SyntaxKind.SingleLineCommentTrivia) return [];
  const shown = code.slice(comment.pos + 2, comment.end).trim();
  const value = valueOf(statement);
  if (value === undefined || !parseShown(shown)) return [];
  const by = `__compare(${value.getText()}, ${JSON.stringify(shown)});`;
  const place = { end: comment.end, comment: comment.pos };
  return ts.isExpressionStatement(statement)
    ? [{ start: statement.getStart(), by, ...place }]
    : [{ start: statement.end, by: ` ${by}`, ...place }];
}

/** What has a value in a statement: an expression, or the name of the one constant that it declares. */
function valueOf(statement: ts.Statement): ts.Node | undefined {
  if (ts.isExpressionStatement(statement)) return statement.expression;
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1) return undefined;
  const [{ name }] = statement.declarationList.declarations;
  return ts.isIdentifier(name) ? name : undefined;
}

/** Where those comments begin that have code before them on their line. */
function commentsBehindCode(file: ts.SourceFile): Set<number> {
  const places = new Set<number>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(file.text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(file.text, node.end) ?? []),
    ];
    for (const { pos } of ranges)
      if (/\S/.test(file.text.slice(file.text.lastIndexOf("\n", pos) + 1, pos))) places.add(pos);
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return places;
}
