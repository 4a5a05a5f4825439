/** What an instrumented module says about its counters (docs/decisions/0006): files in istanbul's form. */
export interface CoverageSection {
  /** How many counters there are: exported globals `__coverage_counter_0` and so on. */
  readonly counters: number;
  readonly files: readonly CountedFile[];
}

/** One file; `s`, `f` and `b` have the numbers of counters where istanbul has counts. */
export interface CountedFile {
  /** Relative to the folder that was compiled in. */
  readonly path: string;
  readonly statementMap: Readonly<Record<string, CodeRange>>;
  readonly fnMap: Readonly<Record<string, CountedFunction>>;
  readonly branchMap: Readonly<Record<string, CountedBranch>>;
  readonly s: Readonly<Record<string, number>>;
  readonly f: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

/** Lines count from 1, columns from 0. */
export interface CodePosition {
  readonly line: number;
  readonly column: number;
}

export interface CodeRange {
  readonly start: CodePosition;
  readonly end: CodePosition;
}

export interface CountedFunction {
  readonly name: string;
  readonly decl: CodeRange;
  readonly loc: CodeRange;
  readonly line: number;
}

export interface CountedBranch {
  readonly type: string;
  readonly loc: CodeRange;
  readonly locations: readonly CodeRange[];
  readonly line: number;
}

const sectionName = "as-proxy-wasm.coverage";

/** The section of a module that was built with `--coverage`; null for every other module. */
export function readCoverageSection(module: WebAssembly.Module): CoverageSection | null {
  const [section] = WebAssembly.Module.customSections(module, sectionName);
  if (section === undefined) return null;
  let content: Partial<CoverageSection & { version: number }>;
  try {
    content = JSON.parse(new TextDecoder().decode(section)) as typeof content;
  } catch {
    // A custom section cannot make a module invalid (WebAssembly, 2.5.13).
    return null;
  }
  if (content.version !== 1 || !Array.isArray(content.files)) return null;
  return { counters: Number(content.counters), files: content.files };
}

/** The counters of one instance, by number. */
export function countersOf(
  section: CoverageSection,
  { exports }: WebAssembly.Instance,
): WebAssembly.Global[] {
  const counters: WebAssembly.Global[] = [];
  for (let index = 0; index < section.counters; index++) {
    const counter = exports[`__coverage_counter_${index}`];
    if (!(counter instanceof WebAssembly.Global)) return [];
    counters.push(counter);
  }
  return counters;
}
