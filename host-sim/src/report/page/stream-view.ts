/** One stream in full. */
import type { MessagePair, Problem, ReportCallout, ReportRow, ReportStream } from "../report-data.js";
import { bodyView } from "./body-view.js";
import { readStream } from "./data.js";
import { el, foldable } from "./dom.js";
import { count, duration } from "./format.js";
import { headersView } from "./headers-view.js";
import { statusView } from "./status-view.js";
import { timelineView } from "./timeline-view.js";
import { visible } from "./visible-text.js";

export function streamView(row: ReportRow): Node {
  const stream = readStream(row);
  return el(
    "article",
    "stream",
    el(
      "header",
      null,
      el("h2", null, el("span", "method", visible(row.method)), " ", visible(row.url)),
      el(
        "p",
        "facts",
        statusView(row),
        el("span", `outcome ${row.outcome === "completed" ? "fine" : "bad"}`, row.outcome),
        el("code", null, visible(row.id)),
        ...(stream === null ? [] : factsOf(stream)),
      ),
    ),
    ...(stream === null
      ? [
          el(
            "p",
            "notice",
            "The details of this stream had no room in the report; --report-limit makes room.",
          ),
        ]
      : sectionsOf(stream)),
  );
}

function factsOf({ protocol, source, responseCodeDetails, row }: ReportStream): readonly Node[] {
  return [
    el("span", "dim", protocol),
    el("span", "dim", visible(source)),
    ...(responseCodeDetails === null ? [] : [el("span", "dim", visible(responseCodeDetails))]),
    ...(row.nanoseconds === undefined
      ? []
      : [el("span", "dim", `${duration(row.nanoseconds)} in the filter`)]),
  ];
}

function sectionsOf(stream: ReportStream): readonly Node[] {
  const isCompared = stream.row.statusBefore !== undefined;
  return [
    ...(stream.explanation === null ? [] : [el("p", "notice bad", visible(stream.explanation))]),
    ...stream.problems.map(problemView),
    ...(stream.localReply === null
      ? []
      : [
          el(
            "p",
            "notice",
            `A local reply, ${stream.localReply.status}`,
            ...(stream.localReply.details === "" ? [] : [", ", visible(stream.localReply.details)]),
            ", took the place of the upstream's response.",
          ),
        ]),
    messageView("Request", stream.request, isCompared, "upstream"),
    messageView("Response", stream.response, isCompared, "client"),
    ...(stream.callouts.length === 0
      ? []
      : [
          foldable(
            [el("h3", null, "Callouts"), el("span", "dim", String(stream.callouts.length))],
            true,
            () => el("div", null, ...stream.callouts.map(calloutView)),
          ),
        ]),
    foldable(
      [
        el("h3", null, "Timeline"),
        el("span", "dim", count(stream.timeline.length + stream.timelineCut, "event")),
      ],
      true,
      () => timelineView(stream.timeline, stream.timelineCut),
    ),
    ...(stream.notes.length === 0
      ? []
      : [
          foldable([el("h3", null, "Notes on the recording")], true, () =>
            el("ul", null, ...stream.notes.map((note) => el("li", null, visible(note)))),
          ),
        ]),
  ];
}

function messageView(
  name: string,
  pair: MessagePair,
  isCompared: boolean,
  receiver: "upstream" | "client",
): Node {
  const { before, after } = pair;
  const [title, words] = [el("h3", null, name), el("span", null, summaryOf(pair, receiver))];
  if (before === null && after === null) return el("section", "message", el("div", "title", title, words));
  return foldable(
    [title, words],
    true,
    () =>
      el(
        "div",
        null,
        headersView(
          before?.headers ?? [],
          after?.headers ?? [],
          isCompared
            ? "with the filter, against the same without it"
            : `as the ${receiver} got it, against the recording`,
        ),
        bodyView(before?.body ?? null, after?.body ?? null),
        headersView(before?.trailers ?? [], after?.trailers ?? [], "trailers"),
      ),
    "message",
  );
}

function summaryOf({ before, after }: MessagePair, receiver: "upstream" | "client"): string {
  if (after === null) return before === null ? "none" : `never reaches the ${receiver}`;
  if (before === null) return "there is one only with the filter";
  return "";
}

function calloutView({ kind, cluster, plugin, outcome, headers, body, timeoutMs }: ReportCallout): Node {
  return foldable(
    [
      el("b", null, visible(cluster)),
      el("span", `outcome ${outcome === "answered" ? "fine" : "bad"}`, outcome),
      el("span", "dim", `${kind}, by ${plugin}`),
      ...(timeoutMs === null
        ? []
        : [el("span", "dim", timeoutMs === 0 ? "no timeout" : `timeout ${timeoutMs} ms`)]),
    ],
    false,
    () => el("div", null, headersView(headers, headers, "request"), bodyView(body, { kind: "same" })),
    "callout",
  );
}

function problemView({ kind, title, lines }: Problem): Node {
  return el(
    "section",
    `problem ${kind}`,
    el("h3", null, el("span", "tag", kind), " ", visible(title)),
    ...(lines.length === 0 ? [] : [el("pre", null, visible(lines.join("\n")))]),
  );
}
