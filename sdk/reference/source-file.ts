import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { CommentKind, type Node, Parser, type Statement } from "assemblyscript";

/** A file of the SDK, read by the compiler's own parser, with its comments. */
export interface SourceFile {
  /** From the SDK's folder: `assembly/http/headers.ts`. */
  readonly path: string;
  readonly statements: readonly Statement[];
  /** The comment at the top, about the file as a whole; null when there is none. */
  readonly doc: string | null;
  /** The doc comment in front of a declaration; null when there is none. */
  docOf(node: Node): string | null;
  /** A piece of the text. */
  text(start: number, end: number): string;
}

/** Reads and parses files below the SDK's folder, each once. */
export class SourceFiles {
  private readonly files = new Map<string, SourceFile>();

  constructor(private readonly folder: string) {}

  /** A file by its path from the folder. */
  read(path: string): SourceFile {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const file = parse(path, readFileSync(join(this.folder, path), "utf8"));
    this.files.set(path, file);
    return file;
  }

  /** The file that another one imports by `./…` or `../…`. */
  imported(from: SourceFile, specifier: string): SourceFile {
    return this.read(`${posix.join(posix.dirname(from.path), specifier)}.ts`);
  }
}

interface Comment {
  readonly kind: CommentKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What may stand between a doc comment and the declaration's own range. */
const MODIFIERS =
  /^(\s|@\w+(\([^)]*\))?|\b(export|abstract|declare|static|public|protected|readonly|override|const|let|get|set|class|enum|function|namespace|type|interface)\b)*$/;

export function parse(path: string, text: string): SourceFile {
  const parser = new Parser();
  // The parser may look at a place twice.
  const comments = new Map<number, Comment>();
  parser.onComment = (kind, comment, { start, end }) =>
    comments.set(start, { kind, text: comment, start, end });
  parser.parseFile(text, path, false);
  if (parser.diagnostics.length > 0) throw new Error(`${path}: ${parser.diagnostics[0]!.message}`);
  const ordered = [...comments.values()].toSorted((left, right) => left.start - right.start);
  return {
    path,
    statements: parser.sources[0]!.statements,
    doc: fileDoc(text, ordered),
    docOf({ range }) {
      const doc = ordered.findLast(({ end }) => end <= range.start);
      if (doc === undefined || !doc.text.startsWith("/**")) return null;
      return MODIFIERS.test(text.slice(doc.end, range.start)) ? unwrap(doc.text) : null;
    },
    text: (start, end) => text.slice(start, end),
  };
}

/** The comment that begins a file and is followed by an empty line or by an import or export of another file. */
function fileDoc(text: string, comments: readonly Comment[]): string | null {
  const lines: string[] = [];
  let end = 0;
  for (const comment of comments) {
    if (text.slice(end, comment.start).trim() !== "") break;
    if (comment.text.startsWith("/*")) {
      if (lines.length > 0) break;
      return /^\s*(export|import)\b[^{]*\{[^}]*\} from/.test(text.slice(comment.end))
        ? unwrap(comment.text)
        : null;
    }
    lines.push(comment.text.replace(/^\/\/ ?/, "").trimEnd());
    end = comment.end;
  }
  if (lines.length === 0 || !/^\s*\n/.test(text.slice(end))) return null;
  return lines.join("\n").trim();
}

/** The text of a doc comment without its stars. */
function unwrap(comment: string): string {
  return comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}
