import type { Exchange, HttpMessage, Outcome } from "../http/exchange.js";
import { toText } from "../byte-string.js";
import type { Check } from "./check.js";
import { bodyBytes, bodyText, fieldTexts, statusOf } from "./message-text.js";
import { headerCheck, type HeaderPatterns } from "./message-checks.js";
import { contains, patternText, type TextPattern } from "./text-pattern.js";

/** The client got a whole response. */
export function completed(exchange: Exchange): Check {
  return ended(exchange, "completed");
}

/** The stream ended in this way. */
export function ended(exchange: Exchange, kind: Outcome["kind"]): Check {
  return {
    holds: exchange.outcome.kind === kind,
    expected: `the stream to end as ${kind}`,
    found: `it ended as ${exchange.outcome.kind}`,
    exchange,
  };
}

/** The upstream got at least the headers of a request. */
export function reachedUpstream(exchange: Exchange): Check {
  return {
    holds: exchange.upstream !== null,
    expected: "the request to reach the upstream",
    found: exchange.upstream === null ? `it did not: ${whatClientGot(exchange)}` : "it did",
    exchange,
  };
}

export interface LocalReplyExpectation {
  /** Equal to a string, or matching. Envoy shows the details as `response_code_details`. */
  readonly details?: string | RegExp;
  /** In it, or matching. */
  readonly body?: TextPattern;
  /** Headers that the client got with it. */
  readonly headers?: HeaderPatterns;
}

/** A filter, or Envoy itself, answered in place of the upstream, and the client got that answer. */
export function localReply(
  exchange: Exchange,
  status: number,
  { details, body, headers = {} }: LocalReplyExpectation = {},
): Check {
  const reply = exchange.localReply;
  const response = exchange.response;
  const expected = [
    `a local reply ${status}`,
    ...(details === undefined ? [] : [`with the details ${patternText(details)}`]),
    ...(body === undefined ? [] : [`with ${patternText(body)} in its body`]),
    ...Object.entries(headers).map(([name, value]) => `with ${name}: ${patternText(value)}`),
  ].join(" ");
  const failed = (found: string, lines: readonly string[] = []): Check => ({
    holds: false,
    expected,
    found,
    details: lines,
    exchange,
  });
  if (reply === null || response === null) return failed(whatClientGot(exchange));
  if (reply.statusCode !== status || statusOf(response) !== String(status))
    return failed(whatClientGot(exchange));
  if (details !== undefined && !equalOrMatching(toText(reply.details), details))
    return failed(`its details are ${JSON.stringify(toText(reply.details))}`);
  const text = Buffer.from(bodyBytes(response.body) ?? []).toString("utf8");
  if (body !== undefined && !contains(text, body)) return failed(`its body is ${bodyText(response.body)}`);
  for (const [name, value] of Object.entries(headers)) {
    const check = headerCheck(response, name, value);
    if (!check.holds) return failed("the client got:", fieldTexts(response.headers));
  }
  return { holds: true, expected, found: whatClientGot(exchange), exchange };
}

function equalOrMatching(text: string, pattern: TextPattern): boolean {
  return typeof pattern === "string" ? text === pattern : contains(text, pattern);
}

/** `the client got 200 from the upstream` */
export function whatClientGot({ response, localReply: reply, outcome }: Exchange): string {
  if (response === null) return `the client got nothing (${outcome.kind})`;
  const status = statusOf(response as HttpMessage) ?? "a response without a status";
  if (reply === null) return `the client got ${status} from the upstream`;
  const details = toText(reply.details);
  return `the client got ${status} from a local reply${details === "" ? "" : ` with the details ${JSON.stringify(details)}`}`;
}
