/**
 * Lets the stop button end a loop that computes after an await. Up to a cell's first await Node ends the script on
 * SIGINT; behind it nothing from outside can, so each loop of a cell looks by itself whether it is to end.
 */
import * as ts from "@tslab/typescript-for-tslab";

/** The function that each turn of a loop calls; a cell's code gets it as an argument. */
export const END_IF_STOPPED = "__endIfStopped__";

/** A transformer that puts a look at the stop button first in every loop's body. */
export function checkInLoops(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const { factory } = context;
    const withCheck = (body: ts.Statement): ts.Statement => {
      const check = factory.createExpressionStatement(
        factory.createCallExpression(factory.createIdentifier(END_IF_STOPPED), undefined, []),
      );
      return factory.createBlock([check, ...(ts.isBlock(body) ? body.statements : [body])], true);
    };
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isForStatement(visited)) {
        const { initializer, condition, incrementor, statement } = visited;
        return factory.updateForStatement(visited, initializer, condition, incrementor, withCheck(statement));
      }
      if (ts.isForOfStatement(visited)) {
        const { awaitModifier, initializer, expression, statement } = visited;
        return factory.updateForOfStatement(
          visited,
          awaitModifier,
          initializer,
          expression,
          withCheck(statement),
        );
      }
      if (ts.isForInStatement(visited))
        return factory.updateForInStatement(
          visited,
          visited.initializer,
          visited.expression,
          withCheck(visited.statement),
        );
      if (ts.isWhileStatement(visited))
        return factory.updateWhileStatement(visited, visited.expression, withCheck(visited.statement));
      if (ts.isDoStatement(visited))
        return factory.updateDoStatement(visited, withCheck(visited.statement), visited.expression);
      return visited;
    };
    return (file) => visit(file) as ts.SourceFile;
  };
}
