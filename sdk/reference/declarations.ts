import {
  ClassDeclaration,
  CommonFlags,
  type DeclarationStatement,
  EnumDeclaration,
  ExportStatement,
  FunctionDeclaration,
  ImportStatement,
  NamespaceDeclaration,
  type Statement,
  TypeDeclaration,
  VariableStatement,
} from "assemblyscript";

import { classSignature, signatureOf } from "./signatures.js";
import type { SourceFile, SourceFiles } from "./source-file.js";

/** Something a program can import, or a member of it. */
export interface Declared {
  readonly name: string;
  /** As it stands in the source, without the body. */
  readonly signature: string;
  /** The doc comment; null when there is none. */
  readonly doc: string | null;
}

export interface PublicMember extends Declared {
  /** The value of an enum's member, else null. */
  readonly value: string | null;
}

export type SymbolKind = "class" | "enum" | "function" | "constant" | "type" | "namespace";

export interface PublicSymbol extends Declared {
  readonly kind: SymbolKind;
  /** From the SDK's folder. */
  readonly path: string;
  readonly members: readonly PublicMember[];
  /** Public classes whose members it has too. */
  readonly bases: readonly string[];
}

/** In a doc comment: authors have no use for it, however public it is for the language. Names that begin with `_` say the same. */
const INTERNAL = /@internal\b/;

/** A declaration where it stands. */
export interface Place {
  readonly file: SourceFile;
  readonly declaration: DeclarationStatement;
}

/** The declaration of a name in a file, wherever the file takes it from. A module imported as a whole is a file. */
export function find(files: SourceFiles, file: SourceFile, name: string): Place | SourceFile | null {
  for (const statement of file.statements) {
    for (const declaration of declarationsIn(statement)) {
      if (declaration.name.text === name) return { file, declaration };
    }
    if (statement instanceof ImportStatement) {
      const path = statement.path.value;
      if (!path.startsWith(".")) continue;
      if (statement.namespaceName?.text === name) return files.imported(file, path);
      const imported = statement.declarations?.find((declaration) => declaration.name.text === name);
      if (imported) return find(files, files.imported(file, path), imported.foreignName.text);
    }
    if (statement instanceof ExportStatement && statement.path !== null) {
      const member = statement.members?.find(({ exportedName }) => exportedName.text === name);
      if (member) return find(files, files.imported(file, statement.path.value), member.localName.text);
    }
  }
  return null;
}

/** The names a file exports, in order. */
export function exportedNames(file: SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    if (statement instanceof ExportStatement) {
      if (statement.members === null) throw new Error(`${file.path}: name what is exported instead of *`);
      return statement.members.map(({ exportedName }) => exportedName.text);
    }
    return declarationsIn(statement)
      .filter((declaration) => declaration.is(CommonFlags.Export))
      .map((declaration) => declaration.name.text);
  });
}

/** What a declaration is for an author; null when it is internal. `isPublic` knows the classes that have an entry of their own. */
export function describe(
  files: SourceFiles,
  name: string,
  { file, declaration }: Place,
  isPublic: (place: Place) => string | null,
): PublicSymbol | null {
  const doc = file.docOf(declaration);
  if (doc !== null && INTERNAL.test(doc)) return null;
  const common = { name, doc, path: file.path, bases: [] as string[] };
  if (declaration instanceof ClassDeclaration) {
    const { members, bases } = membersOf(files, { file, declaration }, isPublic);
    return { ...common, kind: "class", signature: classSignature(file, declaration), members, bases };
  }
  if (declaration instanceof EnumDeclaration)
    return { ...common, kind: "enum", signature: `enum ${name}`, members: valuesOf(file, declaration) };
  if (declaration instanceof NamespaceDeclaration) {
    const members = declaration.members
      .flatMap(declarationsIn)
      .filter((member) => member.is(CommonFlags.Export))
      .map((member) => memberOf(file, member))
      .filter(isForAuthors);
    return { ...common, kind: "namespace", signature: `namespace ${name}`, members };
  }
  const kind =
    declaration instanceof FunctionDeclaration
      ? "function"
      : declaration instanceof TypeDeclaration
        ? "type"
        : "constant";
  return {
    ...common,
    kind,
    signature: `${kind === "constant" ? "const" : kind} ${signatureOf(file, declaration)}`,
    members: [],
  };
}

/** A file whose functions are members: `properties.request`. */
export function describeModule(name: string, file: SourceFile): PublicSymbol {
  const members = file.statements
    .flatMap(declarationsIn)
    .filter((declaration) => declaration.is(CommonFlags.Export))
    .map((declaration) => memberOf(file, declaration))
    .filter(isForAuthors);
  return {
    name,
    kind: "namespace",
    signature: `namespace ${name}`,
    doc: file.doc,
    path: file.path,
    members,
    bases: [],
  };
}

function declarationsIn(statement: Statement): DeclarationStatement[] {
  if (statement instanceof VariableStatement) return statement.declarations;
  return "name" in statement && "flags" in statement ? [statement as DeclarationStatement] : [];
}

function isForAuthors(member: Declared): boolean {
  return !member.name.startsWith("_") && (member.doc === null || !INTERNAL.test(member.doc));
}

function memberOf(file: SourceFile, declaration: DeclarationStatement): PublicMember {
  return {
    name: declaration.name.text,
    signature: signatureOf(file, declaration),
    doc: file.docOf(declaration),
    value: null,
  };
}

/** The members of a class and of the bases that are not public by themselves. */
function membersOf(
  files: SourceFiles,
  place: Place,
  isPublic: (place: Place) => string | null,
): { members: PublicMember[]; bases: string[] } {
  const members = new Map<string, PublicMember>();
  const bases: string[] = [];
  // What a base says of a member, and that it is internal, holds for what overrides it.
  const chain = chainOf(files, place);
  for (const [depth, { file, declaration }] of chain.entries()) {
    const publicName = depth === 0 ? null : isPublic({ file, declaration });
    if (publicName !== null) bases.push(publicName);
    for (const member of declaration.members) {
      if (member.isAny(CommonFlags.Private | CommonFlags.Protected)) continue;
      const name = member.name.text;
      if (name === "constructor" && depth > 0) continue;
      const key = keyOf(member);
      const described = memberOf(file, member);
      const overridden = members.get(key);
      if (overridden === undefined && bases.length === 0) members.set(key, described);
      if (overridden !== undefined && overridden.doc === null && described.doc !== null) {
        // An override says nothing new: its base does.
        if (bases.length > 0) members.delete(key);
        else members.set(key, { ...overridden, doc: described.doc });
      }
      if (overridden !== undefined && !isForAuthors(described)) members.delete(key);
    }
  }
  return { members: [...members.values()].filter(isForAuthors), bases: bases.slice(0, 1) };
}

/** Getters and setters of a name are one member. */
function keyOf(member: DeclarationStatement): string {
  return `${member.is(CommonFlags.Static) ? "static " : ""}${member.name.text}`;
}

interface ClassPlace extends Place {
  readonly declaration: ClassDeclaration;
}

/** A class, the one it extends, and so on. */
function chainOf(files: SourceFiles, { file, declaration }: Place): ClassPlace[] {
  if (!(declaration instanceof ClassDeclaration)) return [];
  const base = declaration.extendsType?.name;
  const found = base ? resolve(files, file, base.identifier.text, base.next?.identifier.text) : null;
  const above = found !== null && "declaration" in found ? chainOf(files, found) : [];
  return [{ file, declaration }, ...above];
}

function resolve(
  files: SourceFiles,
  file: SourceFile,
  name: string,
  member?: string,
): Place | SourceFile | null {
  const found = find(files, file, name);
  return found !== null && "statements" in found && member !== undefined ? find(files, found, member) : found;
}

function valuesOf(file: SourceFile, declaration: EnumDeclaration): PublicMember[] {
  let next = 0;
  return declaration.values.map((value) => {
    const { initializer } = value;
    const text = initializer ? file.text(initializer.range.start, initializer.range.end) : String(next);
    next = (Number(text) || 0) + 1;
    return { name: value.name.text, signature: value.name.text, doc: file.docOf(value), value: text };
  });
}
