/** What the report holds, parsed when somebody looks at it. */
import type { ReportHead, ReportRow, ReportStream } from "../report-data.js";

export function readHead(): ReportHead {
  return parse(document.getElementById("head")) as ReportHead;
}

export function readRows(): readonly ReportRow[] {
  return [...document.querySelectorAll("script.rows")].flatMap((block) => parse(block) as ReportRow[]);
}

/** Null: it had no room. */
export function readStream({ index }: ReportRow): ReportStream | null {
  const element = document.getElementById(`stream-${index}`);
  return element === null ? null : (parse(element) as ReportStream);
}

function parse(element: Element | null): unknown {
  return JSON.parse(element?.textContent ?? "null");
}
