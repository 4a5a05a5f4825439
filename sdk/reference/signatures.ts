import {
  type ClassDeclaration,
  CommonFlags,
  type DeclarationStatement,
  FunctionDeclaration,
  ImportStatement,
  TypeDeclaration,
  VariableStatement,
} from "assemblyscript";

import type { SourceFile } from "./source-file.js";

const MODIFIERS: readonly (readonly [CommonFlags, string])[] = [
  [CommonFlags.Static, "static"],
  [CommonFlags.Abstract, "abstract"],
  [CommonFlags.Readonly, "readonly"],
  [CommonFlags.Get, "get"],
  [CommonFlags.Set, "set"],
];

/** A longer signature has a line for each parameter. */
const LINE_LENGTH = 100;

/** `class X<T> extends Y<T>`, without what is in it. */
export function classSignature(file: SourceFile, declaration: ClassDeclaration): string {
  const { name, typeParameters, extendsType } = declaration;
  const lastParameter = typeParameters?.at(-1);
  const end = extendsType?.range.end ?? lastParameter?.range.end ?? name.range.end;
  const closing = lastParameter && !extendsType ? ">" : "";
  const abstract = declaration.is(CommonFlags.Abstract) ? "abstract " : "";
  return `${abstract}class ${tidy(file, file.text(name.range.start, end))}${closing}`;
}

/** A function, method, accessor, field, constant or type, without the body and without what only its author may know. */
export function signatureOf(file: SourceFile, declaration: DeclarationStatement): string {
  const { name } = declaration;
  const modifiers = MODIFIERS.filter(([flag]) => declaration.is(flag)).map(([, word]) => `${word} `);
  return modifiers.join("") + tidy(file, file.text(name.range.start, endOf(declaration)));

  function endOf(node: DeclarationStatement): number {
    if (node instanceof FunctionDeclaration) return node.body?.range.start ?? node.range.end;
    if (node instanceof TypeDeclaration) return node.range.end;
    const { type, initializer } = node as { type?: Ranged | null; initializer?: Ranged | null };
    return (type ?? initializer ?? name).range.end;
  }
}

interface Ranged {
  readonly range: { readonly end: number };
}

function tidy(file: SourceFile, text: string): string {
  const line = text
    .replaceAll(/\/\*\*.*?\*\//gs, "")
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/,? \)/g, ")")
    .replaceAll("( ", "(")
    .replace(/;$/, "")
    .trim()
    // A constructor's parameters that are fields too are listed as fields.
    .replaceAll(/([(,] ?)((private|public|protected|readonly) )+/g, "$1")
    // An object that is made of a number in memory.
    .replace(/ = changetype<(\w+)>\(.*$/, ": $1")
    .replaceAll(/\b(\w+)\.(?=[A-Z])/g, (whole, name: string) => (isNamespace(file, name) ? "" : whole))
    .replaceAll(/(?<= = )[A-Z][A-Z_]+\b/g, (name) => valueOf(file, name));
  return line.length <= LINE_LENGTH ? line : breakLine(line);
}

function isNamespace(file: SourceFile, name: string): boolean {
  return file.statements.some(
    (statement) => statement instanceof ImportStatement && statement.namespaceName?.text === name,
  );
}

/** What a constant of the file stands for. */
function valueOf(file: SourceFile, name: string): string {
  for (const statement of file.statements) {
    if (!(statement instanceof VariableStatement)) continue;
    for (const { name: declared, initializer } of statement.declarations) {
      if (declared.text === name && initializer)
        return file.text(initializer.range.start, initializer.range.end);
    }
  }
  return name;
}

/** Puts every parameter on a line of its own. */
function breakLine(line: string): string {
  const open = line.indexOf("(");
  const parts: string[] = [""];
  let depth = 0;
  let at = open + 1;
  for (; at < line.length && depth >= 0; at++) {
    const char = line[at]!;
    if ("([<".includes(char)) depth++;
    // The `>` of an arrow closes nothing.
    else if (")]".includes(char) || (char === ">" && line[at - 1] !== "=")) depth--;
    if (depth < 0) break;
    if (char === "," && depth === 0) parts.push("");
    else parts.push(parts.pop()! + char);
  }
  return `${line.slice(0, open + 1)}\n${parts.map((part) => `  ${part.trim()},\n`).join("")}${line.slice(at)}`;
}
