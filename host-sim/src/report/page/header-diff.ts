/** A list of headers beside another: what stayed, went, came and changed, in one list. */
import type { ReportHeader } from "../report-data.js";

export type HeaderLine =
  | { readonly change: "same" | "added" | "removed"; readonly name: string; readonly value: string }
  | { readonly change: "changed"; readonly name: string; readonly from: string; readonly value: string };

/** In the order of the first list, and what came in the order of the second behind it. */
export function headerDiff(
  before: readonly ReportHeader[],
  after: readonly ReportHeader[],
): readonly HeaderLine[] {
  const left = [...after];
  const take = (matches: (header: ReportHeader) => boolean): ReportHeader | null => {
    const index = left.findIndex(matches);
    return index < 0 ? null : (left.splice(index, 1)[0] ?? null);
  };
  // Values that stayed are found first, so that none of them is taken for a change of another.
  const stayed = before.map(([name, value]) => take((other) => other[0] === name && other[1] === value));
  const lines = before.map(([name, value], index): HeaderLine => {
    if (stayed[index] !== null) return { change: "same", name, value };
    const changed = take((other) => other[0] === name);
    return changed === null
      ? { change: "removed", name, value }
      : { change: "changed", name, from: value, value: changed[1] };
  });
  return [...lines, ...left.map(([name, value]) => ({ change: "added", name, value }) as const)];
}
