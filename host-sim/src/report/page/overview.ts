/** The replay as a whole: what there is to see while no stream is selected. */
import type { ReportHead, ReportMetric, ReportRow } from "../report-data.js";
import { el } from "./dom.js";
import { count, duration } from "./format.js";
import { statusOf } from "./row-filter.js";
import { visible } from "./visible-text.js";

export function overview(
  head: ReportHead,
  rows: readonly ReportRow[],
  showStatus: (status: string) => void,
): Node {
  const { warnings, times, metrics, bare, left } = head;
  return el(
    "article",
    "overview",
    ...warnings.map((warning) => el("p", "notice", visible(warning))),
    ...(bare + left === 0
      ? []
      : [
          el(
            "p",
            "notice",
            `The report's limit left ${count(bare, "stream")} without details and ${count(left, "stream")} out of the list; --report-limit makes room.`,
          ),
        ]),
    section("Status the client got", statusesView(rows, showStatus)),
    times.length === 0 ? null : section("Time in callbacks", timesView(head)),
    metrics.length === 0 ? null : section("Metrics", metricsView(metrics)),
    el(
      "p",
      "dim keys",
      el("kbd", null, "/"),
      " search  ",
      el("kbd", null, "↑"),
      el("kbd", null, "↓"),
      " streams  ",
      el("kbd", null, "Esc"),
      " back here",
    ),
  );
}

function section(title: string, content: Node): Node {
  return el("section", null, el("h3", null, title), content);
}

function table(heads: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLElement {
  return el(
    "div",
    "scroll",
    el(
      "table",
      "figures",
      el("thead", null, el("tr", null, ...heads.map((head) => el("th", null, head)))),
      el("tbody", null, ...rows.map((cells) => el("tr", null, ...cells.map((cell) => el("td", null, cell))))),
    ),
  );
}

function statusesView(rows: readonly ReportRow[], showStatus: (status: string) => void): Node {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const row of rows) {
    const to = statusOf(row);
    const from = row.statusBefore === undefined ? to : (row.statusBefore ?? "no response");
    const key = `${from} ${to}`;
    const entry = counts.get(key) ?? { from, to, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  const most = [...counts.values()].sort((one, other) => other.count - one.count).slice(0, 30);
  return table(
    ["without the filter", "with it", "streams"],
    most.map(({ from, to, count }) => [
      from,
      el(
        "button",
        {
          class: `link${from === to ? "" : " different"}`,
          attributes: { type: "button" },
          on: { click: () => showStatus(to) },
        },
        to,
      ),
      String(count),
    ]),
  );
}

function timesView({ times }: ReportHead): Node {
  const sorted = [...times].sort((one, other) => other.nanoseconds - one.nanoseconds);
  return table(
    ["callback", "calls", "together", "mean", "most"],
    sorted.map(({ name, count: calls, nanoseconds, most }) => [
      el("code", null, name.replace(/^proxy_/, "")),
      calls.toLocaleString("en"),
      duration(nanoseconds),
      duration(nanoseconds / calls),
      duration(most),
    ]),
  );
}

function metricsView(metrics: readonly ReportMetric[]): Node {
  return table(
    ["metric", "kind", "value"],
    metrics.map((metric) => [el("code", null, visible(metric.name)), metric.type, valueOf(metric)]),
  );
}

function valueOf({ type, value, samples }: ReportMetric): string {
  if (type !== "histogram") return value;
  const numbers = samples.map(Number).sort((one, other) => one - other);
  if (numbers.length === 0) return "no samples";
  const at = (part: number): number =>
    numbers[Math.min(numbers.length - 1, Math.floor(part * numbers.length))]!;
  return `${count(numbers.length, "sample")}, ${at(0)} to ${at(1)}, median ${at(0.5)}, p99 ${at(0.99)}`;
}
