/** Which streams are listed: by words in what a row shows, and by what became of them. */
import type { ReportRow } from "../report-data.js";

export interface RowFilter {
  /** Words that all have to be there: `post /cart`. Upper and lower case are one. */
  readonly text: string;
  readonly kind: RowKind;
  /** `200`, or empty for all. */
  readonly status: string;
  /** `stalled`, or empty for all. */
  readonly outcome: string;
}

export type RowKind = "all" | "changed" | "unchanged" | "replied" | "problems";

export function matchingRows(rows: readonly ReportRow[], filter: RowFilter): readonly ReportRow[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows.filter((row) => {
    if (!isOfKind(row, filter.kind)) return false;
    if (filter.status !== "" && statusOf(row) !== filter.status) return false;
    if (filter.outcome !== "" && row.outcome !== filter.outcome) return false;
    if (words.length === 0) return true;
    const text = `${row.id} ${row.method} ${row.url} ${statusOf(row)} ${row.outcome}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function isOfKind(row: ReportRow, kind: RowKind): boolean {
  switch (kind) {
    case "all":
      return true;
    case "changed":
      return row.changed;
    case "unchanged":
      return !row.changed;
    case "replied":
      return row.localReply;
    case "problems":
      return row.problems > 0 || row.outcome !== "completed";
  }
}

export function statusOf({ status }: ReportRow): string {
  return status ?? "no response";
}

/** The values that rows have, the most frequent first. */
export function valuesOf(rows: readonly ReportRow[], value: (row: ReportRow) => string): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(value(row), (counts.get(value(row)) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([text]) => text);
}
