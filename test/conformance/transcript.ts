import { createHash } from "node:crypto";

import { normalise } from "./normalise.js";
import type { Observation, ThreadLines } from "./observation.js";
import { traceTree } from "./trace-tree.js";

/** The five comparisons. */
export const groups = [
  "bytes to the client",
  "bytes to the upstream",
  "plugin log",
  "metrics",
  "ABI trace",
] as const;
export type Group = (typeof groups)[number];

/** An observation as printable lines: what is compared, shown and kept is one and the same. */
export type Transcript = Readonly<Record<Group, readonly string[]>>;

export function transcribe(raw: Observation, racyCalls: readonly string[] = []): Transcript {
  const seen = normalise(raw, racyCalls);
  return {
    "bytes to the client": [
      `-- ${seen.start.outcome}`,
      ...seen.streams.flatMap(({ id, downstream }) => [
        `-- ${id}: ${downstream.end}`,
        ...wireLines(downstream.bytes),
      ]),
    ],
    "bytes to the upstream": seen.streams.flatMap(({ id, upstream, callouts }) => [
      `-- ${id}: ${upstream.length === 0 ? "nothing" : `${upstream.length} connection`}`,
      ...upstream.flatMap((bytes) => ["- connection", ...wireLines(bytes)]),
      ...callouts.flatMap((callout) => ["- callout", ...wireLines(callout)]),
    ]),
    "plugin log": byThread(seen, (thread) => thread.logs.flatMap(messageLines)),
    metrics: Object.entries(seen.metrics)
      .map(([name, value]) => printable(`${name}: ${value}`))
      .toSorted(),
    "ABI trace": byThread(seen, (thread) => traceTree(thread.trace).map(printable)),
  };
}

function byThread(seen: Observation, lines: (thread: ThreadLines) => readonly string[]): string[] {
  return [
    "-- start, main thread",
    ...lines(seen.start.main),
    "-- start, worker",
    ...lines(seen.start.worker),
    ...seen.streams.flatMap(({ id, worker, main }) => {
      const ofMain = lines(main);
      return [
        `-- ${id}`,
        ...lines(worker),
        ...(ofMain.length === 0 ? [] : [`-- ${id}, main thread`, ...ofMain]),
      ];
    }),
    "-- stop, main thread",
    ...lines(seen.stop.main),
    "-- stop, worker",
    ...lines(seen.stop.worker),
  ];
}

/** A message with line breaks is several lines. */
function messageLines(message: string): string[] {
  return message.split("\n").map((line, index) => (index === 0 ? "" : "| ") + printable(line));
}

/** One line of a wire a line, its end included. */
function wireLines(bytes: string): string[] {
  return (bytes.match(/[^\n]*\n|[^\n]+$/g) ?? []).map(printable);
}

/** Longer lines are shown by their beginning and compared by their hash. */
const LONGEST = 400;

function printable(bytes: string): string {
  const line = bytes.replace(/[\\\x00-\x1f\x7f-\xff]/g, escape);
  if (line.length <= LONGEST) return line;
  const hash = createHash("sha256").update(bytes, "latin1").digest("hex").slice(0, 16);
  return `${line.slice(0, LONGEST / 4)}… ${bytes.length} bytes, sha256 ${hash}…`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
  "\t": "\\t",
};

function escape(octet: string): string {
  return SHORT_ESCAPES[octet] ?? `\\x${octet.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
