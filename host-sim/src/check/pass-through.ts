import { firstValue, type HeaderList } from "../byte-string.js";
import type { Exchange } from "../http/exchange.js";
import type { RecordedMessage } from "../recording/recorded-stream.js";
import type { Check } from "./check.js";
import { bodyBytes, fieldText, count } from "./message-text.js";
import { whatClientGot } from "./outcome-checks.js";

/**
 * What Envoy itself adds, removes or rewrites on the way: these say nothing about a filter. The framing of a body
 * (content-length) is compared by the body.
 */
const envoysOwn = new Set([
  "connection",
  "content-length",
  "date",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "server",
  "te",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-request-id",
]);

/** The upstream got what the client sent, and the client what the upstream sent, but for what Envoy itself does. */
export function passedThrough(exchange: Exchange): Check {
  const { stream, upstream, response } = exchange;
  const expected = "the filter to leave the stream alone";
  if (upstream === null || exchange.localReply !== null || exchange.outcome.kind !== "completed")
    return {
      holds: false,
      expected,
      found:
        exchange.outcome.kind === "completed"
          ? whatClientGot(exchange)
          : `the stream ended as ${exchange.outcome.kind}`,
      exchange,
    };
  const changes = [
    ...messageChanges("request", stream.request, upstream),
    ...messageChanges(
      "response",
      stream.response,
      response,
      firstValue(stream.request.headers, ":method") === "HEAD",
    ),
  ];
  return {
    holds: changes.length === 0,
    expected,
    found: changes.length === 0 ? "it did" : "it changed this:",
    details: changes,
    exchange,
  };
}

function messageChanges(
  which: "request" | "response",
  sent: RecordedMessage | null,
  got: RecordedMessage | null,
  bodyIsNotSent = false,
): string[] {
  if (sent === null || got === null) return sent === got ? [] : [`${which}: got lost`];
  return [
    ...fieldChanges(sent.headers, got.headers).map((change) => `${which} header ${change}`),
    ...fieldChanges(sent.trailers ?? [], got.trailers ?? []).map((change) => `${which} trailer ${change}`),
    ...(bodyIsNotSent ? [] : bodyChanges(sent, got).map((change) => `${which} body ${change}`)),
  ];
}

/** `- x-user: jo` and `+ x-user: al`, in that order. */
function fieldChanges(before: HeaderList, after: HeaderList): string[] {
  const rest = after.filter(comparable).map(fieldText);
  const gone: string[] = [];
  for (const field of before.filter(comparable).map(fieldText)) {
    const at = rest.indexOf(field);
    if (at === -1) gone.push(`- ${field}`);
    else rest.splice(at, 1);
  }
  return [...gone, ...rest.map((field) => `+ ${field}`)];
}

/** Envoy makes the scheme up. */
function comparable([name]: HeaderList[number]): boolean {
  return name !== ":scheme" && !envoysOwn.has(name) && !name.startsWith("x-envoy-");
}

function bodyChanges(sent: RecordedMessage, got: RecordedMessage): string[] {
  const [before, after] = [bodyBytes(sent.body), bodyBytes(got.body)];
  if (before === null || after === null || Buffer.from(before).equals(after)) return [];
  return [`of ${count(before.length, "byte")} became one of ${count(after.length, "byte")}`];
}
