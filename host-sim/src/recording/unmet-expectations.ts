import { type HeaderList, toText } from "../byte-string.js";
import type { ExpectedMessage, RecordedExpectation } from "./recorded-expectation.js";
import type { RecordedMessage } from "./recorded-stream.js";

/** What became of a stream, as `Exchange` has it. */
export interface ObservedStream {
  readonly outcome: { readonly kind: string };
  readonly upstream: RecordedMessage | null;
  readonly response: RecordedMessage | null;
  readonly localReply: {
    readonly statusCode: number;
    readonly details: string;
    readonly body: Uint8Array;
  } | null;
  readonly logs: readonly { readonly level: string; readonly text: string }[];
}

/** One thing that came otherwise than the recording says. Values are quoted: they may hold what is not redacted. */
export interface UnmetExpectation {
  /** `upstream header x-user`, `response body`. */
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
}

/**
 * Headers that Envoy's connection manager and codecs write behind the last filter: an expectation that lacks one, as one from a tap
 * does, does not forbid it.
 */
const WRITTEN_AT_THE_EDGE = new Set(["date", "server", "connection", "transfer-encoding", "keep-alive"]);

/** Whatever came otherwise than a recording says; empty: all as expected. `metrics` are those of the process after the stream. */
export function unmetExpectations(
  expectation: RecordedExpectation,
  observed: ObservedStream,
  metrics: readonly { readonly name: string; readonly value: bigint }[] = [],
): readonly UnmetExpectation[] {
  const unmet: UnmetExpectation[] = [];
  const compare = (what: string, expected: string, actual: string): void => {
    if (expected !== actual) unmet.push({ what, expected, observed: actual });
  };
  if (expectation.outcome !== undefined) compare("outcome", expectation.outcome, observed.outcome.kind);
  for (const side of ["upstream", "response"] as const) {
    const expected = expectation[side];
    if (expected !== undefined) compareMessages(side, expected, observed[side], compare);
  }
  const reply = expectation.localReply;
  if (reply !== undefined) {
    compare("local reply", reply === null ? "none" : "one", observed.localReply === null ? "none" : "one");
    if (reply !== null && observed.localReply !== null) {
      compare("local reply status", `${reply.statusCode}`, `${observed.localReply.statusCode}`);
      if (reply.details !== undefined)
        compare("local reply details", reply.details, observed.localReply.details);
      if (reply.body !== undefined)
        compare("local reply body", shown(reply.body), shown(observed.localReply.body));
    }
  }
  if (expectation.logs !== undefined) {
    const line = ({ level, text }: { readonly level: string; readonly text: string }): string =>
      `${level} ${text}`;
    compare(
      "logs",
      expectation.logs.map(line).join("\n"),
      observed.logs
        // Recordings have the short name of this level.
        .map(({ level, text }) => line({ level: level === "warning" ? "warn" : level, text: toText(text) }))
        .join("\n"),
    );
  }
  for (const [name, value] of Object.entries(expectation.metrics ?? {})) {
    compare(
      `metric ${name}`,
      `${value}`,
      `${metrics.find((metric) => metric.name === name)?.value ?? "none"}`,
    );
  }
  return unmet;
}

function compareMessages(
  side: string,
  expected: ExpectedMessage | null,
  observed: RecordedMessage | null,
  compare: (what: string, expected: string, observed: string) => void,
): void {
  if (expected === null || observed === null) {
    compare(side, expected === null ? "nothing" : "a message", observed === null ? "nothing" : "a message");
    return;
  }
  const names = new Set([...expected.headers, ...observed.headers].map(([name]) => name));
  for (const name of names) {
    const wanted = values(expected.headers, name);
    if (wanted === "none" && WRITTEN_AT_THE_EDGE.has(name)) continue;
    compare(`${side} header ${name}`, wanted, values(observed.headers, name));
  }
  const order = (headers: HeaderList): string =>
    headers
      .filter(([name]) => !name.startsWith(":") && !WRITTEN_AT_THE_EDGE.has(name))
      .map(([name]) => name)
      .join(", ");
  if (sorted(order(expected.headers)) === sorted(order(observed.headers)))
    compare(`${side} header order`, order(expected.headers), order(observed.headers));
  if (expected.body !== undefined) compare(`${side} body`, shown(expected.body), bodyOf(observed));
  if (expected.trailers !== undefined)
    compare(`${side} trailers`, listed(expected.trailers), listed(observed.trailers));
}

const sorted = (names: string): string => names.split(", ").sort().join(", ");

function values(headers: HeaderList, name: string): string {
  const found = headers.filter(([key]) => key === name).map(([, value]) => JSON.stringify(toText(value)));
  return found.length === 0 ? "none" : found.join(", ");
}

function listed(headers: HeaderList | null): string {
  if (headers === null || headers.length === 0) return "none";
  return headers.map(([name, value]) => `${name}: ${JSON.stringify(toText(value))}`).join(", ");
}

function bodyOf({ body }: RecordedMessage): string {
  return body.kind === "missing" ? `missing: ${body.reason}` : shown(Buffer.concat(body.chunks));
}

/** All of it: what is compared must be whole. */
function shown(bytes: Uint8Array): string {
  return JSON.stringify(toText(Buffer.from(bytes).toString("latin1")));
}
