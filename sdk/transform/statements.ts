import { Node, Source, Statement } from "assemblyscript";

/** Calls `visit` for a node and everything below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of children(node)) walk(child, visit);
}

/**
 * Replaces statements below a node: `replace` gets each statement that stands in a list or is the branch or body of
 * another one, and gives back what stands there from now on.
 */
export function replaceStatements(node: Node, replace: (statement: Statement) => Statement): void {
  for (const [key, value] of Object.entries(node)) {
    if (STATEMENT_PLACES.has(key) && value instanceof Statement) {
      // The one-statement body of an arrow function is its value, not a statement of its own.
      if (!("arrowKind" in node)) Object.assign(node, { [key]: replace(value) });
    } else if (key === "statements" && Array.isArray(value)) {
      value.forEach((statement: Statement, index) => (value[index] = replace(statement)));
    }
  }
  for (const child of children(node)) replaceStatements(child, replace);
}

const STATEMENT_PLACES = new Set(["body", "ifTrue", "ifFalse"]);

function children(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => value instanceof Node && !(value instanceof Source));
}
