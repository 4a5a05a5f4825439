import { type File, ImportStatement, type Program, PropertyAccessExpression } from "assemblyscript";
import { SDK_PATH } from "./program.js";
import { walk } from "./statements.js";

/** Which parts of the SDK a program speaks of: more than it uses, perhaps, never less. */
export interface Usage {
  /** Whether it imports this name from the SDK. */
  imports(name: string): boolean;
  /** Whether it says `something.NAME` where the SDK is imported. */
  mentions(name: string): boolean;
}

/** Reads the files outside the SDK that import from it, packages among them. */
export function usageOf(program: Program): Usage {
  const imported = new Set<string>();
  const mentioned = new Set<string>();
  let everything = false;
  for (const file of program.filesByName.values()) {
    if (file.source.internalPath.startsWith(`${SDK_PATH}/`)) continue;
    const imports = importsOfSdk(file);
    if (imports.length === 0) continue;
    for (const { declarations } of imports) {
      // `import * as sdk`: any part of it may be meant.
      if (declarations === null) everything = true;
      else for (const { foreignName } of declarations) imported.add(foreignName.text);
    }
    walk(file.source, (node) => {
      if (node instanceof PropertyAccessExpression) mentioned.add(node.property.text);
    });
  }
  return {
    imports: (name) => everything || imported.has(name),
    mentions: (name) => mentioned.has(name),
  };
}

function importsOfSdk(file: File): ImportStatement[] {
  return file.source.statements.filter(
    (statement): statement is ImportStatement =>
      statement instanceof ImportStatement && /^as-proxy-wasm-sdk($|\/)/.test(statement.path.value),
  );
}
