/**
 * One self-contained HTML file about a replay, written as it grows. Whatever stands in a recording is inert in it: data
 * are JSON that no parser runs, the page shows them as text alone, and its policy lets nothing run but the page's own
 * script and load nothing at all.
 */
import { createHash } from "node:crypto";
import { escapeHtml, inertJson } from "./escape.js";
import { pageFiles } from "./page-files.js";
import type { CallbackTotal, ReportHead, ReportMetric, ReportRow, ReportStream } from "./report-data.js";

export interface HtmlReportOptions {
  /** The name of the filter. */
  readonly filter: string;
  /** The time in the simulated Envoy, when it says something. */
  readonly now?: string;
  /** How large the file may become, in bytes; default 50 MB. */
  readonly limitBytes?: number;
}

export interface ReportEnd {
  readonly metrics: readonly EndMetric[];
  /** What a person should know before trusting the results, one sentence each. */
  readonly warnings: readonly string[];
}

/** A `Metric` of an Envoy, or the same with its numbers as decimal text. */
export interface EndMetric {
  readonly name: string;
  readonly type: ReportMetric["type"];
  readonly value: bigint | string;
  readonly samples: readonly (bigint | string)[];
}

/** Rows of the list that stand in one element, and in the table for readers without JavaScript. */
const rowsPerBlock = 500;
const staticRows = 200;

/** Kept free for the end of the file: the totals and the table for readers without JavaScript. */
const endBytes = 100_000;

export class HtmlReport {
  readonly #limit: number;
  #written = 0;
  readonly #first: ReportRow[] = [];
  #block: string[] = [];
  readonly #counts = { streams: 0, changed: 0, localReplies: 0, notCompleted: 0, problems: 0 };
  readonly #times = new Map<string, { count: number; nanoseconds: number; most: number }>();
  #bare = 0;
  #left = 0;

  /** `write` gets the file piece by piece. */
  constructor(
    private readonly write: (text: string) => void,
    private readonly options: HtmlReportOptions,
  ) {
    const { script, style } = pageFiles();
    const title = `${options.filter} · replay`;
    this.#limit = (options.limitBytes ?? 50_000_000) - endBytes;
    this.#put(
      [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`,
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        `<title>${escapeHtml(title)}</title>`,
        `<style>${style}</style>`,
        "</head>",
        "<body>",
        "",
      ].join("\n"),
    );
  }

  /** In the order of the list. What has no room in full is listed, what has no room in the list is counted. */
  add(stream: ReportStream): void {
    this.#count(stream);
    const index = this.#counts.streams - 1;
    const text = element(`id="stream-${index}"`, inertJson(stream));
    const isBare = this.#written + Buffer.byteLength(text) > this.#limit * share(stream);
    const row: ReportRow = { index, ...stream.row, ...(isBare ? { bare: true } : {}) };
    const line = inertJson(row);
    if (this.#written + line.length > this.#limit) {
      this.#left += 1;
      return;
    }
    if (isBare) this.#bare += 1;
    else this.#put(text);
    if (this.#first.length < staticRows) this.#first.push(row);
    this.#block.push(line);
    // Counted now, written with the others of its block.
    this.#written += Buffer.byteLength(line) + 1;
    if (this.#block.length === rowsPerBlock) this.#putBlock();
  }

  /** Finishes the file. */
  end({ metrics, warnings }: ReportEnd): void {
    this.#putBlock();
    const { filter, now } = this.options;
    const times = [...this.#times].map(([name, total]): CallbackTotal => ({ name, ...total }));
    const head: ReportHead = {
      filter,
      ...(now === undefined ? {} : { now }),
      counts: this.#counts,
      metrics: metrics.map(({ name, type, value, samples }) => ({
        name,
        type,
        value: String(value),
        samples: samples.map(String),
      })),
      warnings,
      times,
      bare: this.#bare,
      left: this.#left,
    };
    this.write(element('id="head"', inertJson(head)));
    this.write(staticSummary(head, this.#first));
    this.write(`<script>${pageFiles().script}</script>\n</body>\n</html>\n`);
  }

  #count({ row, timeline }: ReportStream): void {
    this.#counts.streams += 1;
    this.#counts.changed += Number(row.changed);
    this.#counts.localReplies += Number(row.localReply);
    this.#counts.notCompleted += Number(row.outcome !== "completed");
    this.#counts.problems += Number(row.problems > 0);
    for (const item of timeline) {
      if (item.kind !== "callback" || item.nanoseconds === undefined) continue;
      const total = this.#times.get(item.name) ?? { count: 0, nanoseconds: 0, most: 0 };
      this.#times.set(item.name, total);
      total.count += 1;
      total.nanoseconds += item.nanoseconds;
      total.most = Math.max(total.most, item.nanoseconds);
    }
  }

  #putBlock(): void {
    if (this.#block.length > 0) this.write(element('class="rows"', `[${this.#block.join(",\n")}]`));
    this.#block = [];
  }

  #put(text: string): void {
    this.#written += Buffer.byteLength(text);
    this.write(text);
  }
}

/** The part of the room that a stream may use: what goes as it came must not push out what did not. */
function share({ row }: ReportStream): number {
  if (row.problems > 0 || row.outcome !== "completed") return 0.9;
  return row.changed ? 0.75 : 0.5;
}

function element(attributes: string, json: string): string {
  return `<script type="application/json" ${attributes}>${json}</script>\n`;
}

/** Nothing runs but the page's own script, nothing is loaded, nothing is sent; text never becomes markup. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** What there is to read where no script runs. */
function staticSummary(
  { filter, counts, metrics, warnings }: ReportHead,
  rows: readonly ReportRow[],
): string {
  const cells = (tag: "td" | "th", values: readonly string[]): string =>
    `<tr>${values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join("")}</tr>`;
  return [
    '<main id="static">',
    `<h1>${escapeHtml(filter)}</h1>`,
    `<p>${counts.streams} streams, ${counts.changed} changed, ${counts.localReplies} with a local reply, ${counts.notCompleted} not completed. Everything else needs JavaScript; this file loads and sends nothing.</p>`,
    ...warnings.map((warning) => `<p>${escapeHtml(warning)}</p>`),
    "<table>",
    cells("th", ["stream", "request", "without", "with the filter", "outcome"]),
    ...rows.map(({ id, method, url, status, statusBefore, outcome }) =>
      cells("td", [
        id,
        `${method} ${url.slice(0, 300)}`,
        statusBefore ?? "",
        status ?? "no response",
        outcome,
      ]),
    ),
    "</table>",
    ...(counts.streams > rows.length ? [`<p>And ${counts.streams - rows.length} more.</p>`] : []),
    "<table>",
    ...metrics.map(({ name, value, samples }) =>
      cells("td", [name, samples.length > 0 ? samples.slice(0, 20).join(" ") : value]),
    ),
    "</table>",
    "</main>",
    "",
  ].join("\n");
}
