import type { Range, Source } from "assemblyscript";

/** The section of an instrumented module that says what its counters count, as JSON: a `CoverageSection`. */
export const SECTION = "as-proxy-wasm.coverage";

/** Counter 0 is the exported global `__coverage_counter_0`, and so on. */
export const COUNTER = "__coverage_counter_";

/** What is in the section. Counters are named by their numbers. */
export interface CoverageSection {
  readonly version: 1;
  readonly counters: number;
  readonly files: readonly FileMap[];
}

/** One file in the form of istanbul, with numbers of counters where istanbul has counts. */
export interface FileMap {
  /** Relative to the folder that was compiled in. */
  readonly path: string;
  readonly statementMap: Record<string, Location>;
  readonly fnMap: Record<string, FunctionEntry>;
  readonly branchMap: Record<string, BranchEntry>;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
}

/** Lines count from 1, columns from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Location {
  readonly start: Position;
  readonly end: Position;
}

export interface FunctionEntry {
  readonly name: string;
  /** Of its name. */
  readonly decl: Location;
  /** Of its body. */
  readonly loc: Location;
  readonly line: number;
}

export type BranchKind = "if" | "cond-expr" | "binary-expr" | "switch";

export interface BranchEntry {
  readonly type: BranchKind;
  readonly loc: Location;
  readonly locations: Location[];
  readonly line: number;
}

/** Gives out the numbers of counters. */
export class Counters {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  next(): number {
    return this.#count++;
  }
}

/** Collects what there is to count in one file. */
export class FileMapBuilder {
  readonly #map: FileMap;

  constructor(
    private readonly source: Source,
    private readonly counters: Counters,
  ) {
    this.#map = {
      path: source.normalizedPath,
      statementMap: {},
      fnMap: {},
      branchMap: {},
      s: {},
      f: {},
      b: {},
    };
  }

  get map(): FileMap {
    return this.#map;
  }

  addStatement(range: Range): number {
    const { statementMap, s } = this.#map;
    const id = size(s);
    statementMap[id] = this.#location(range);
    return (s[id] = this.counters.next());
  }

  addFunction(name: string, decl: Range, body: Range): number {
    const { fnMap, f } = this.#map;
    const id = size(f);
    const loc = this.#location(body);
    fnMap[id] = { name, decl: this.#location(decl), loc, line: loc.start.line };
    return (f[id] = this.counters.next());
  }

  /** Begins a branch; `add` gives the counter of one more of its ways. */
  addBranch(type: BranchKind, range: Range): { add(range: Range): number } {
    const { branchMap, b } = this.#map;
    const id = size(b);
    const loc = this.#location(range);
    const locations: Location[] = [];
    const counters: number[] = [];
    branchMap[id] = { type, loc, locations, line: loc.start.line };
    b[id] = counters;
    return {
      add: (way) => {
        const counter = this.counters.next();
        locations.push(this.#location(way));
        counters.push(counter);
        return counter;
      },
    };
  }

  #location({ start, end }: Range): Location {
    return { start: this.#position(start), end: this.#position(end) };
  }

  #position(offset: number): Position {
    const line = this.source.lineAt(offset);
    return { line, column: this.source.columnAt() - 1 };
  }
}

function size(entries: Readonly<Record<string, unknown>>): number {
  return Object.keys(entries).length;
}
