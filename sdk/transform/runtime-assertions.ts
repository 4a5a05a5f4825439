import { CallExpression, ExpressionStatement, IdentifierExpression, Node, type Source } from "assemblyscript";
import { replaceStatements } from "./statements.js";

/** Where the language's allocators and collectors are. */
export const RUNTIME_PATH = "~lib/rt/";

/**
 * Removes the assertions of the language's own runtime: they tell of a heap that unsafe code has destroyed. With their messages they are
 * a tenth of a small module. Those of authors stay, and so does what the runtime throws.
 */
export function dropRuntimeAssertions(source: Source): void {
  replaceStatements(source, (statement) =>
    statement instanceof ExpressionStatement && isAssertion(statement.expression)
      ? Node.createEmptyStatement(statement.range)
      : statement,
  );
}

function isAssertion(expression: Node): boolean {
  return (
    expression instanceof CallExpression &&
    expression.expression instanceof IdentifierExpression &&
    expression.expression.text === "assert"
  );
}
