import {
  CallExpression,
  ExpressionStatement,
  IdentifierExpression,
  ImportStatement,
  Node,
  PropertyAccessExpression,
  type Source,
  type Statement,
} from "assemblyscript";
import { replaceStatements } from "./statements.js";

const LEVELS = new Set(["trace", "debug", "info", "warn", "error", "critical"]);
const SDK = "as-proxy-wasm-sdk";

/**
 * Puts `if (log.LEVELEnabled())` around every statement `log.LEVEL(...)` of a source that imports `log` from the SDK: the
 * language evaluates arguments before a call, so only around the call can a line that is off cost nothing.
 */
export function guardLogCalls(source: Source): void {
  const name = importedName(source, "log");
  if (name === null) return;
  replaceStatements(source, (statement) => {
    const level = loggedLevel(statement, name);
    return level === null ? statement : guard(statement, name, level);
  });
}

function importedName(source: Source, foreignName: string): string | null {
  for (const statement of source.statements) {
    if (!(statement instanceof ImportStatement) || statement.path.value !== SDK) continue;
    const found = statement.declarations?.find((declaration) => declaration.foreignName.text === foreignName);
    if (found) return found.name.text;
  }
  return null;
}

function loggedLevel(statement: Statement, log: string): string | null {
  if (!(statement instanceof ExpressionStatement) || !(statement.expression instanceof CallExpression))
    return null;
  const callee = statement.expression.expression;
  if (!(callee instanceof PropertyAccessExpression)) return null;
  if (!(callee.expression instanceof IdentifierExpression) || callee.expression.text !== log) return null;
  return LEVELS.has(callee.property.text) ? callee.property.text : null;
}

function guard(statement: Statement, log: string, level: string): Statement {
  const range = statement.range;
  const enabled = Node.createPropertyAccessExpression(
    Node.createIdentifierExpression(log, range),
    Node.createIdentifierExpression(`${level}Enabled`, range),
    range,
  );
  return Node.createIfStatement(Node.createCallExpression(enabled, null, [], range), statement, null, range);
}
