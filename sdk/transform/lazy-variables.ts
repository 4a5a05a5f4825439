import { Node, type Source, VariableStatement } from "assemblyscript";

/**
 * Has the module-level variables of a source compiled only when something uses them: the language's `@lazy`. Otherwise each would be in
 * every module, with the collector's interest in it, whether its file is of any use to the program or not. Their initialisers must
 * have no effects.
 */
export function makeVariablesLazy(source: Source): void {
  for (const statement of source.statements) {
    if (!(statement instanceof VariableStatement)) continue;
    for (const declaration of statement.declarations) {
      const { range } = declaration;
      const lazy = Node.createDecorator(Node.createIdentifierExpression("lazy", range), null, range);
      declaration.decorators = [...(declaration.decorators ?? []), lazy];
    }
  }
}
