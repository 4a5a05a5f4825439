/** One call on a guest's stack, in the author's terms as far as the module and its source map tell. */
export interface CodeFrame {
  /** As the author wrote it: `Guard.onRequestHeaders`. Null: neither source map nor name section tells. */
  readonly function: string | null;
  /** As the source map names it: relative to the project, `assembly/index.ts`, or `~lib/array.ts` for what is of a package. */
  readonly file: string | null;
  /** From 1; null where the file is. */
  readonly line: number | null;
  /** From 1; null where the file is. */
  readonly column: number | null;
  /** The place is that of the code just before: the compiler keeps none of the call itself. */
  readonly isNear?: true;
  /** Index of the function in the module. A function that the compiler put into its caller has the caller's. */
  readonly functionIndex: number;
  /** Byte offset in the module. */
  readonly offset: number;
}

/** `at pick (assembly/table.ts:4:10)`, each once, with `abort` and what of packages called the author's functions left out. */
export function frameLines(frames: readonly CodeFrame[]): string[] {
  const lines: string[] = [];
  let repeated = 0;
  const flush = (): void => {
    if (repeated > 0) lines.push(`(${repeated} more of it)`);
    repeated = 0;
  };
  let last = "";
  for (const frame of untilTheAuthors(frames)) {
    const line = frameText(frame);
    if (line === last) {
      repeated += 1;
      continue;
    }
    flush();
    lines.push(line);
    last = line;
  }
  flush();
  return lines;
}

/** The place that the author can do something about: the innermost of their own. */
export function authorsFrame(frames: readonly CodeFrame[]): CodeFrame | null {
  return frames.find((frame) => frame.file !== null && !isLibrary(frame)) ?? null;
}

export function frameText(frame: CodeFrame): string {
  const { function: name, file, line, column, isNear, functionIndex, offset } = frame;
  if (file !== null) return `at ${name ?? "?"} (${isNear ? "near " : ""}${file}:${line}:${column})`;
  return `at ${name ?? `function ${functionIndex}`} (0x${offset.toString(16)})`;
}

/** Below the outermost function of the author is only what calls it: the SDK. */
function untilTheAuthors(frames: readonly CodeFrame[]): readonly CodeFrame[] {
  const last = frames.findLastIndex((frame) => frame.file !== null && !isLibrary(frame));
  // That it ended in `abort` is what the reason says.
  const first = frames[0]?.function === "abort" && isLibrary(frames[0]) ? 1 : 0;
  return last === -1 ? frames : frames.slice(first, last + 1);
}

function isLibrary({ file }: CodeFrame): boolean {
  return file?.startsWith("~lib/") ?? false;
}
