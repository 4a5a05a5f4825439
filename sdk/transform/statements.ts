import { Node, Source, Statement } from "assemblyscript";

/** Calls `visit` for everything below a node, then for the node: what `visit` puts in place is not visited again. */
export function walk(root: Node, visit: (node: Node) => void): void {
  // Some nodes know the one they belong to: each is visited once.
  const seen = new Set<Node>();
  const enter = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    children(node).forEach(enter);
    visit(node);
  };
  enter(root);
}

/**
 * Replaces statements below a node: `replace` gets each statement that stands in a list or is the branch or body of
 * another one, and gives back what stands there from now on.
 */
export function replaceStatements(root: Node, replace: (statement: Statement) => Statement): void {
  walk(root, (node) => {
    for (const [key, value] of Object.entries(node)) {
      if (STATEMENT_PLACES.has(key) && value instanceof Statement) {
        // The one-statement body of an arrow function is its value, not a statement of its own.
        if (!("arrowKind" in node)) Object.assign(node, { [key]: replace(value) });
      } else if (key === "statements" && Array.isArray(value)) {
        value.forEach((statement: Statement, index) => (value[index] = replace(statement)));
      }
    }
  });
}

const STATEMENT_PLACES = new Set(["body", "ifTrue", "ifFalse"]);

function children(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => value instanceof Node && !(value instanceof Source));
}
