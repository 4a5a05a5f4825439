import type { ReportRow } from "../report-data.js";
import { el } from "./dom.js";
import { statusOf } from "./row-filter.js";

/** The client's status without and with the filter. */
export function statusView(row: ReportRow): Node {
  const now = statusOf(row);
  const before = row.statusBefore === undefined ? now : (row.statusBefore ?? "no response");
  return el(
    "span",
    "status",
    ...(before === now ? [] : [el("s", null, before), " → "]),
    el("span", `code of-${/^\d/.test(now) ? now[0] : "none"}`, now),
  );
}
