/**
 * Makes the variables of earlier cells known to a cell. tslab keeps them on an object `exports` and writes `exports.`
 * before their names. Its own rewriting leaves shorthand properties and the defaults in patterns as they are, and takes
 * a property's name for a variable's; this one stands in its place (see tslab.ts).
 */
import * as ts from "@tslab/typescript-for-tslab";

/** What TypeScript has and does not declare: a file's own names, and a context outside a transformation. */
interface Internals {
  getNullTransformationContext: () => ts.TransformationContext;
}
type WithLocals = ts.SourceFile & { locals?: Map<string, ts.Symbol> };

/**
 * Rewrites a node of a cell's code, and what is in it.
 * @param earlier the file that declares the names of earlier cells
 * @example `{ seed }` becomes `{ seed: exports.seed }`, `({ seed = 5 } = {})` becomes `({ seed: exports.seed = 5 } = {})`
 */
export function qualifyEarlierNames(
  checker: ts.TypeChecker,
  earlier: ts.SourceFile,
): (node: ts.Node) => ts.Node {
  const { factory } = ts;
  const context = (ts as unknown as Internals).getNullTransformationContext();
  const isEarlier = (symbol: ts.Symbol | undefined): boolean =>
    symbol !== undefined && (earlier as WithLocals).locals?.get(symbol.escapedName as string) === symbol;
  const qualified = (name: ts.Identifier): ts.Expression =>
    ts.setTextRange(factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name), name);

  const shorthand = (node: ts.ShorthandPropertyAssignment): ts.Node => {
    const { name, objectAssignmentInitializer } = node;
    const fallback =
      objectAssignmentInitializer && (visit(objectAssignmentInitializer, node) as ts.Expression);
    if (!isEarlier(checker.getShorthandAssignmentValueSymbol(node)))
      return factory.updateShorthandPropertyAssignment(node, name, fallback);
    const value = qualified(name);
    return factory.createPropertyAssignment(
      name,
      fallback ? factory.createAssignment(value, fallback) : value,
    );
  };
  const visit = (node: ts.Node, parent?: ts.Node): ts.Node => {
    if (ts.isShorthandPropertyAssignment(node)) return shorthand(node);
    if (!ts.isIdentifier(node)) return ts.visitEachChild(node, (child) => visit(child, node), context);
    const isVariable = !isPropertyName(node, parent) && isEarlier(checker.getSymbolAtLocation(node));
    return isVariable ? qualified(node) : node;
  };
  return (node) => visit(node);
}

/** Whether an identifier names a property, and no variable. */
function isPropertyName(name: ts.Identifier, parent: ts.Node | undefined): boolean {
  if (!parent) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  if (ts.isBindingElement(parent)) return parent.propertyName === name;
  const isNamed =
    ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent);
  return isNamed && parent.name === name;
}
