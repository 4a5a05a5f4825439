import path from "node:path";
import {
  countersOf,
  type CodeRange,
  type CountedBranch,
  type CountedFunction,
  type CoverageSection,
} from "./coverage-section.js";

/** Coverage as istanbul's `coverage-final.json` has it: what nyc, vitest, c8, Codecov and others read and merge. */
export type Coverage = Readonly<Record<string, FileCoverage>>;

/** How often the statements, functions and branches of one file ran. */
export interface FileCoverage {
  /** Absolute. */
  readonly path: string;
  readonly statementMap: Readonly<Record<string, CodeRange>>;
  readonly fnMap: Readonly<Record<string, CountedFunction>>;
  readonly branchMap: Readonly<Record<string, CountedBranch>>;
  readonly s: Readonly<Record<string, number>>;
  readonly f: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

/**
 * What all filters that were built with `--coverage` have run since the start of this thread or since `resetCoverage`: the sum over
 * all Envoys, their threads and VMs, dead ones too. Empty when there was no such filter. What other threads and processes
 * ran is theirs to collect; istanbul-lib-coverage merges the parts.
 *
 * ```ts
 * await writeFile("coverage/coverage-final.json", JSON.stringify(collectCoverage()));
 * ```
 */
export function collectCoverage(): Coverage {
  const coverage: Record<string, FileCoverage> = {};
  for (const { section, root, counts } of register().values()) {
    if (!counts.isInUse) continue;
    const sums = counts.sums();
    for (const { path: file, statementMap, fnMap, branchMap, s, f, b } of section.files) {
      const absolute = path.resolve(root, file);
      const count = (counter: number) => sums[counter] ?? 0;
      const counted: FileCoverage = {
        path: absolute,
        statementMap,
        fnMap,
        branchMap,
        s: mapValues(s, count),
        f: mapValues(f, count),
        b: mapValues(b, (counters) => counters.map(count)),
      };
      const before = coverage[absolute];
      // The same file in two modules, for example one that two filters import.
      coverage[absolute] =
        before === undefined || !sameText(before, counted) ? counted : added(before, counted);
    }
  }
  return coverage;
}

/** Begins anew: what ran until now is not counted any more. */
export function resetCoverage(): void {
  for (const { counts } of register().values()) counts.reset();
}

/** Counts what an instance runs from now on, and whatever it ran in its start section. `root` is what its paths are relative to. */
export function watchCounters(section: CoverageSection, root: string, instance: WebAssembly.Instance): void {
  const key = JSON.stringify([root, section.files]);
  const known = register();
  let module = known.get(key);
  if (module === undefined) known.set(key, (module = { section, root, counts: new Counts() }));
  module.counts.watch(countersOf(section, instance), instance);
}

interface CountedModule {
  readonly section: CoverageSection;
  readonly root: string;
  readonly counts: Counts;
}

/** The sums of one module's counters over all its instances. */
class Counts {
  /** A VM was made since the last reset. */
  #hasNewInstance = false;
  #live = new Set<readonly WebAssembly.Global[]>();
  /** Of instances that are gone, less what ran before the last reset. */
  #settled: number[] = [];
  readonly #ends = new FinalizationRegistry<readonly WebAssembly.Global[]>((counters) =>
    this.#settle(counters),
  );

  /** The counters are kept until the instance is collected, so that nothing is lost with it. */
  watch(counters: readonly WebAssembly.Global[], instance: WebAssembly.Instance): void {
    this.#hasNewInstance = true;
    this.#live.add(counters);
    this.#ends.register(instance, counters);
  }

  sums(): readonly number[] {
    const sums = [...this.#settled];
    for (const counters of this.#live) add(sums, counters, 1);
    return sums;
  }

  /** Something ran, or could have, since the last reset. */
  get isInUse(): boolean {
    return this.#hasNewInstance || this.sums().some((count) => count > 0);
  }

  reset(): void {
    this.#hasNewInstance = false;
    this.#settled = [];
    for (const counters of this.#live) add(this.#settled, counters, -1);
  }

  #settle(counters: readonly WebAssembly.Global[]): void {
    if (this.#live.delete(counters)) add(this.#settled, counters, 1);
  }
}

function add(sums: number[], counters: readonly WebAssembly.Global[], sign: 1 | -1): void {
  counters.forEach((counter, index) => {
    sums[index] = (sums[index] ?? 0) + sign * (Number(counter.value) >>> 0);
  });
}

/** One for the whole thread, however many copies of this package there are in it. */
function register(): Map<string, CountedModule> {
  const key = Symbol.for("as-proxy-wasm-sim.coverage");
  const place = globalThis as { [key]?: Map<string, CountedModule> };
  return (place[key] ??= new Map());
}

/** Counts of two versions of a file have nothing to do with each other: the later one is what there is now. */
function sameText(a: FileCoverage, b: FileCoverage): boolean {
  return [a, b]
    .map(({ statementMap, fnMap, branchMap }) => JSON.stringify([statementMap, fnMap, branchMap]))
    .every((text, _, all) => text === all[0]);
}

function added(a: FileCoverage, b: FileCoverage): FileCoverage {
  return {
    ...a,
    s: mapValues(a.s, (count, id) => count + (b.s[id] ?? 0)),
    f: mapValues(a.f, (count, id) => count + (b.f[id] ?? 0)),
    b: mapValues(a.b, (counts, id) => counts.map((count, way) => count + (b.b[id]?.[way] ?? 0))),
  };
}

function mapValues<From, To>(
  entries: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, map(value, key)]));
}
