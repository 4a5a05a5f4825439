/** Where the functions of a program are written, for the source map: code that was inlined is found by its place alone. */
import type { SourceFunction, SourceFunctions } from "as-proxy-wasm-sim";
import type { Node, Parser, Source } from "assemblyscript";

/** Numbers of the compiler's `NodeKind`, which differ between its releases. */
export interface NodeKinds {
  readonly ClassDeclaration: number;
  readonly NamespaceDeclaration: number;
  readonly FunctionDeclaration: number;
  readonly MethodDeclaration: number;
  readonly ExportDefault: number;
}

/** A transform of the compiler that changes nothing. */
export class FunctionFinder {
  readonly #found: Record<string, SourceFunction[]> = {};

  constructor(private readonly kinds: NodeKinds) {}

  /** By source, as source maps name it. */
  get found(): SourceFunctions {
    return this.#found;
  }

  afterParse(parser: Parser): void {
    for (const source of parser.sources) {
      const functions: SourceFunction[] = [];
      for (const statement of source.statements) this.#visit(statement, "", source, functions);
      this.#found[source.normalizedPath] = functions;
    }
  }

  #visit(node: Node, owner: string, source: Source, functions: SourceFunction[]): void {
    const { kinds } = this;
    const { name, members, declaration, range } = node as Node & Partial<Declaration>;
    switch (node.kind as number) {
      case kinds.ExportDefault:
        if (declaration !== undefined) this.#visit(declaration, owner, source, functions);
        return;
      case kinds.ClassDeclaration:
      case kinds.NamespaceDeclaration:
        for (const member of members ?? [])
          this.#visit(member, qualified(owner, name?.text ?? ""), source, functions);
        return;
      case kinds.FunctionDeclaration:
      case kinds.MethodDeclaration: {
        const start = [source.lineAt(range.start), source.columnAt()] as const;
        const end = [source.lineAt(range.end), source.columnAt()] as const;
        functions.push([qualified(owner, name?.text ?? ""), ...start, ...end]);
      }
    }
  }
}

interface Declaration {
  readonly name: { readonly text: string };
  readonly members: readonly Node[];
  readonly declaration: Node;
}

function qualified(owner: string, name: string): string {
  return owner === "" ? name : `${owner}.${name}`;
}
