/**
 * Lets the stop button end what computes. From outside, Node can only break a script off, up to a cell's first await;
 * what packages were about then stays half done. So each loop and function of a cell looks by itself whether it is to end.
 */
import * as ts from "@tslab/typescript-for-tslab";

/** The functions that every turn of a loop, and every function, calls first. A cell's code gets them as arguments. */
export const STOP_CHECKS = { loop: "__endLoopIfStopped__", function: "__endFunctionIfStopped__" } as const;

/** A transformer that puts a look at the stop button first in the body of every loop and every function. */
export function checkForStop(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const { factory } = context;
    const check = (name: string): ts.Expression =>
      factory.createCallExpression(factory.createIdentifier(name), undefined, []);
    const loopBody = (body: ts.Statement): ts.Block => {
      const statements = ts.isBlock(body) ? body.statements : [body];
      return factory.createBlock(
        [factory.createExpressionStatement(check(STOP_CHECKS.loop)), ...statements],
        true,
      );
    };
    const functionBody = (body: ts.ConciseBody): ts.ConciseBody => {
      if (!ts.isBlock(body))
        return factory.createParenthesizedExpression(factory.createComma(check(STOP_CHECKS.function), body));
      const first = body.statements.findIndex((statement) => !isDirective(statement));
      const place = first < 0 ? body.statements.length : first;
      return factory.updateBlock(body, [
        ...body.statements.slice(0, place),
        factory.createExpressionStatement(check(STOP_CHECKS.function)),
        ...body.statements.slice(place),
      ]);
    };
    const visit = (node: ts.Node): ts.Node =>
      ts.visitEachChild(
        node,
        (child) => {
          const visited = visit(child);
          if (ts.isIterationStatement(node, false) && child === node.statement)
            return loopBody(visited as ts.Statement);
          if (ts.isFunctionLike(node) && "body" in node && child === node.body)
            return functionBody(visited as ts.ConciseBody);
          return visited;
        },
        context,
      );
    return (file) => visit(file) as ts.SourceFile;
  };
}

/** Whether a statement is one like "use strict", which must stand first in a function. */
const isDirective = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
