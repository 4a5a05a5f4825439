/** What of the filter's sources ran: istanbul's reports in files, a line for each source on the terminal. */
import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Coverage } from "as-proxy-wasm-sim";
import coverageLibrary from "istanbul-lib-coverage";
import { createContext } from "istanbul-lib-report";
import reports from "istanbul-reports";
import { printable, table, type Terminal } from "../terminal.js";

/** Writes `coverage-final.json`, `lcov.info` and `lcov-report/index.html` into a folder. */
export async function writeCoverage(coverage: Coverage, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const context = createContext({ dir: folder, coverageMap: coverageMap(coverage) });
  for (const kind of ["json", "lcov"] as const) reports.create(kind).execute(context);
}

export function printCoverage(coverage: Coverage, folder: string, terminal: Terminal): void {
  const map = coverageMap(coverage);
  const rows = map.files().map((file) => {
    const counted = map.fileCoverageFor(file);
    const { lines, branches, functions } = counted.toSummary();
    return [
      printable(relative(process.cwd(), file)),
      [
        `${lines.pct} % of lines`,
        `${branches.covered}/${branches.total} branches`,
        `${functions.covered}/${functions.total} functions`,
        ...uncovered(counted.getUncoveredLines().map(Number)),
      ].join(", "),
    ] as const;
  });
  terminal.out(table(rows));
  terminal.note(
    `coverage written to ${printable(join(relative(process.cwd(), folder), "lcov-report/index.html"))}`,
  );
}

/** The sum of what several simulated Envoys ran. */
export class CoverageSum {
  readonly #map = coverageLibrary.createCoverageMap({});

  add(coverage: Coverage): void {
    this.#map.merge(coverageMap(coverage));
  }

  get coverage(): Coverage {
    return JSON.parse(JSON.stringify(this.#map)) as Coverage;
  }
}

function coverageMap(coverage: Coverage): coverageLibrary.CoverageMap {
  return coverageLibrary.createCoverageMap(structuredClone(coverage) as coverageLibrary.CoverageMapData);
}

/** `not run: 3, 7-9`; nothing when all ran. */
function uncovered(lines: readonly number[]): string[] {
  const ranges: [number, number][] = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  if (ranges.length === 0) return [];
  return [`not run: ${ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(" ")}`];
}
