import {
  DeclarationStatement,
  ExportStatement,
  type File,
  IdentifierExpression,
  ImportStatement,
  type Node,
  type Program,
  PropertyAccessExpression,
  ThisExpression,
} from "assemblyscript";
import { libraryFiles } from "assemblyscript/asc";
import { SDK_PATH } from "./program.js";
import { walk } from "./statements.js";

/** Which parts of the SDK a program speaks of: more than it uses, perhaps, never less. */
export interface Usage {
  /** Whether it imports this name from the SDK, or hands it on. */
  imports(name: string): boolean;
  /** Whether it says `something.NAME`. */
  mentions(name: string): boolean;
  /** Whether what is declared under one of these names could come to use `target`, going by names alone. */
  reaches(names: readonly string[], target: string): boolean;
  /** Whether `this` stands anywhere but in front of a dot, so that an object may be kept or handed on. */
  readonly passesThis: boolean;
}

/** Reads the files outside the SDK and the language, packages among them: a class may get at the SDK through another file. */
export function usageOf(program: Program): Usage {
  const imported = new Set<string>();
  const mentioned = new Set<string>();
  const namesIn = new Map<string, Set<string>>();
  let everything = false;
  let passesThis = false;
  for (const file of program.filesByName.values()) {
    const path = file.source.internalPath;
    if (path.startsWith(`${SDK_PATH}/`) || isLanguage(path)) continue;
    for (const names of namesOfSdk(file)) {
      // `import * as sdk`: any part of it may be meant.
      if (names === null) everything = true;
      else names.forEach((name) => imported.add(name));
    }
    const owners = new Set<unknown>();
    walk(file.source, (node) => {
      if (node instanceof DeclarationStatement) collectNames(node, namesIn);
      // Children come first.
      if (node instanceof ThisExpression) owners.add(node);
      if (!(node instanceof PropertyAccessExpression)) return;
      mentioned.add(node.property.text);
      owners.delete(node.expression);
    });
    if (owners.size > 0) passesThis = true;
  }
  return {
    imports: (name) => everything || imported.has(name),
    mentions: (name) => mentioned.has(name),
    reaches: (names, target) => reachable(names, namesIn).has(target),
    passesThis,
  };
}

/** Notes which names stand inside a declaration. Declarations of one name are taken together. */
function collectNames(declaration: DeclarationStatement, namesIn: Map<string, Set<string>>): void {
  const name = declaration.name.text;
  const names = namesIn.get(name) ?? new Set();
  namesIn.set(name, names);
  walk(declaration, (node: Node) => {
    if (node instanceof IdentifierExpression) names.add(node.text);
    if (node instanceof PropertyAccessExpression) names.add(node.property.text);
  });
}

function reachable(from: readonly string[], namesIn: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(namesIn.get(name) ?? []));
  }
  return reached;
}

/** Whether a file is AssemblyScript's own: the files of packages begin with ~lib/ too. */
function isLanguage(internalPath: string): boolean {
  return internalPath.startsWith("~lib/") && internalPath.slice("~lib/".length) in libraryFiles;
}

/** The names that each import from, or export of, the SDK in a file has; null: all. */
function namesOfSdk(file: File): (readonly string[] | null)[] {
  return file.source.statements.flatMap((statement) => {
    if (statement instanceof ImportStatement && isSdk(statement.path.value))
      return [statement.declarations?.map(({ foreignName }) => foreignName.text) ?? null];
    if (statement instanceof ExportStatement && statement.path !== null && isSdk(statement.path.value))
      return [statement.members?.map(({ localName }) => localName.text) ?? null];
    return [];
  });
}

function isSdk(path: string): boolean {
  return /^as-proxy-wasm-sdk($|\/)/.test(path);
}
