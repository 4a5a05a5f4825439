import { CallExpression, IdentifierExpression, type Node } from "assemblyscript";
import { walk } from "../statements.js";

/** The compiler's own functions of types and elements, which are answered while compiling. */
const BUILTINS = new Set([
  ...["isInteger", "isSigned", "isFloat", "isVector", "isReference", "isString", "isArray", "isArrayLike"],
  ...["isFunction", "isNullable", "isDefined", "isConstant", "isManaged", "isVoid", "isBoolean"],
  ...["sizeof", "alignof", "offsetof", "idof", "lengthof"],
]);

/** Whether a condition may be decided while compiling: what it excludes is then not even compiled, and need not be valid. */
export function isStaticCondition(expression: Node): boolean {
  let found = false;
  walk(expression, (node) => {
    if (node instanceof CallExpression && node.expression instanceof IdentifierExpression)
      found ||= BUILTINS.has(node.expression.text);
    else if (node instanceof IdentifierExpression) found ||= node.text.startsWith("ASC_");
  });
  return found;
}
