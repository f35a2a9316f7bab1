/**
 * Values as examples show them behind `//`: numbers, texts, true, false, null, undefined, lists and objects of these.
 * Numbers hold to the digits shown; `...` at the end of a list or an object stands for what is not shown.
 */
import ts from "typescript";

/** What a text shows, or undefined where it is no value. */
export function parseShown(text: string): ts.Expression | undefined {
  const code = `(${text.replace(/\.\.\.(?=\s*[\]}])/g, "...others")})`;
  const file = ts.createSourceFile("shown.ts", code, ts.ScriptTarget.ES2022, true);
  const [statement] = file.statements;
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: unknown[] };
  if (parseDiagnostics.length > 0 || file.statements.length !== 1 || !ts.isExpressionStatement(statement))
    return undefined;
  const { expression } = statement.expression as ts.ParenthesizedExpression;
  return isShown(expression) ? expression : undefined;
}

const NAMED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
  ["NaN", NaN],
  ["Infinity", Infinity],
]);

function isShown(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((one) => isOthers(one) || isShown(one));
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (one) => isOthers(one) || (ts.isPropertyAssignment(one) && isShown(one.initializer)),
    );
  return isNumber(node) || ts.isStringLiteral(node) || NAMED.has(node.getText());
}

function isOthers(node: ts.Node): boolean {
  return ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
}

function isNumber(node: ts.Expression): boolean {
  const number = ts.isPrefixUnaryExpression(node) ? node.operand : node;
  return ts.isNumericLiteral(number) || /^-(Infinity)$/.test(node.getText());
}

/** Whether a value is the one shown. */
export function isAsShown(value: unknown, shown: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(shown)) return isListAsShown(value, shown);
  if (ts.isObjectLiteralExpression(shown)) return isObjectAsShown(value, shown);
  if (ts.isStringLiteral(shown)) return value === shown.text;
  if (isNumber(shown)) return typeof value === "number" && isNumberAsShown(value, shown.getText());
  return Object.is(value, NAMED.get(shown.getText()));
}

/** A whole number must be equal; of another the digits behind the point count. */
function isNumberAsShown(value: number, text: string): boolean {
  const shown = Number(text.replaceAll("_", ""));
  const parts: Partial<Record<string, string>> =
    /(?:\.(?<decimals>\d*))?(?:e(?<exponent>.*))?$/i.exec(text)?.groups ?? {};
  const { decimals, exponent = "0" } = parts;
  if (decimals === undefined && exponent === "0") return value === shown;
  const unit = 10 ** (Number(exponent) - (decimals ?? "").length);
  return Math.abs(value - shown) <= 0.5 * unit * (1 + 1e-6);
}

function isListAsShown(value: unknown, shown: ts.ArrayLiteralExpression): boolean {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return false;
  const values = Array.from(value as ArrayLike<unknown>);
  const first = shown.elements.filter((one) => !isOthers(one));
  const lengthFits = first.length === shown.elements.length ? values.length === first.length : true;
  return lengthFits && first.every((one, i) => i < values.length && isAsShown(values[i], one));
}

function isObjectAsShown(value: unknown, shown: ts.ObjectLiteralExpression): boolean {
  if (typeof value !== "object" || value === null) return false;
  const named = shown.properties.filter((one) => ts.isPropertyAssignment(one));
  const isWhole = named.length === shown.properties.length;
  if (isWhole && Object.keys(value).length !== named.length) return false;
  return named.every((one) => {
    const name = (one.name as ts.Identifier | ts.StringLiteral).text;
    return name in value && isAsShown((value as Record<string, unknown>)[name], one.initializer);
  });
}
