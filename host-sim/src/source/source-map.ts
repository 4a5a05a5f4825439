import { decodedMappings, originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";

/** A place in a source file; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A function of a source file: where it begins and ends; lines and columns count from 1. */
export type SourceFunction = readonly [
  name: string,
  startLine: number,
  startColumn: number,
  endLine: number,
  endColumn: number,
];

/** The functions of each source; what is written inside of another comes after it. */
export type SourceFunctions = Readonly<Record<string, readonly SourceFunction[]>>;

/** What stands in a map besides what the format has. */
export interface SourceMapExtensions {
  /** Names of the module's functions by index. */
  readonly x_functionNames?: Readonly<Record<string, string>>;
  /** The functions of each source: code of one that was put into another is found by its place alone. */
  readonly x_functions?: SourceFunctions;
}

/** The source map of a module: the columns of its one line are offsets into the module. */
export class SourceMap {
  readonly #map: TraceMap;
  readonly #extensions: SourceMapExtensions;
  readonly #lines = new Map<string, readonly string[]>();

  /** Throws where the text is no source map. */
  constructor(text: string) {
    const parsed = JSON.parse(text) as ConstructorParameters<typeof TraceMap>[0] &
      SourceMapExtensions &
      object;
    this.#extensions = parsed;
    // Files are named as the map names them; where they are is for those who open them.
    this.#map = new TraceMap({ ...(parsed as object), sourceRoot: "" } as ConstructorParameters<
      typeof TraceMap
    >[0]);
    decodedMappings(this.#map);
  }

  /** Where the instruction at an offset comes from; null for what belongs to no line. */
  place(offset: number): SourcePlace | null {
    const { source, line, column } = originalPositionFor(this.#map, { line: 1, column: offset });
    return source === null ? null : { file: source, line, column: column + 1 };
  }

  /** The places of the code from an offset back to another, the nearest first. */
  *placesBefore(offset: number, start: number): Generator<SourcePlace> {
    const segments = decodedMappings(this.#map)[0] ?? [];
    for (let index = segments.findLastIndex(([column]) => column < offset); index >= 0; index--) {
      const [column = 0, source, line, sourceColumn] = segments[index] ?? [];
      if (column < start) return;
      const file = source === undefined ? null : this.#map.sources[source];
      if (file == null || line === undefined || sourceColumn === undefined) continue;
      yield { file, line: line + 1, column: sourceColumn + 1 };
    }
  }

  /** The line of a source; empty where the map does not hold its text. */
  lineText({ file, line }: SourcePlace): string {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = (sourceContentFor(this.#map, file) ?? "").split("\n");
      this.#lines.set(file, lines);
    }
    return lines[line - 1] ?? "";
  }

  functionName(index: number): string | null {
    return this.#extensions.x_functionNames?.[index] ?? null;
  }

  /** The innermost function that is written around a place. */
  functionAt({ file, line, column }: SourcePlace): string | null {
    let found: SourceFunction | null = null;
    for (const candidate of this.#extensions.x_functions?.[file] ?? []) {
      const [, startLine, startColumn, endLine, endColumn] = candidate;
      const isAfterStart = line > startLine || (line === startLine && column >= startColumn);
      const isBeforeEnd = line < endLine || (line === endLine && column <= endColumn);
      // Those that are written inside of others come after them.
      if (isAfterStart && isBeforeEnd) found = candidate;
    }
    return found === null ? null : found[0];
  }
}
