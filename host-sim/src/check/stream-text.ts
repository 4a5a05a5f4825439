/**
 * One stream on a page: what the client sent, every callback with what the filter did in it, what upstream and client
 * got.
 *
 *     stream "no-key"
 *       client sends     GET http://example.com/orders, 1 header, no body
 *       callback         request_headers(3 headers, end of stream)
 *                          send_local_response(401)
 *                        → StopIteration
 *       upstream got     nothing
 *       client got       401, 2 headers, 6 bytes (local reply "missing_api_key")
 */
import { toText } from "../byte-string.js";
import type { Exchange } from "../http/exchange.js";
import { misuseLines } from "../source/misuse.js";
import { trapLines } from "../source/trap.js";
import { callbackEntries, type CallbackEntry } from "./callback-entries.js";
import { requestText, responseText } from "./message-text.js";

/** Callbacks that are shown; more are cut out of the middle. */
const most = 16;

export function streamText(exchange: Exchange): string[] {
  const { stream, outcome, upstream, response } = exchange;
  const lines = [
    `stream ${JSON.stringify(stream.id)}`,
    row("client sends", requestText(stream.request)),
    ...cutMiddle(callbackEntries(exchange)).flatMap((entry) =>
      typeof entry === "number" ? [row("", `… ${entry} more callbacks …`)] : callbackLines(entry),
    ),
  ];
  for (const { request, outcome: became } of exchange.callouts) {
    const path = toText(request.headers.find(([name]) => name === ":path")?.[1] ?? "");
    lines.push(row("callout", `${request.cluster} ${path}: ${became}`));
  }
  for (const { cluster, path, outcome: became } of exchange.grpcCallouts)
    lines.push(row("callout", `${toText(cluster)} ${toText(path)}: ${became}`));
  lines.push(row("upstream got", upstream === null ? "nothing" : requestText(upstream)));
  lines.push(row("client got", response === null ? "nothing" : responseText(response) + origin(exchange)));
  for (const trap of exchange.traps) {
    const [title, ...rest] = trapLines(trap);
    lines.push(row("trap", title), ...rest.map((line) => row("", line)));
  }
  for (const misuse of exchange.misuses) {
    const [title, ...rest] = misuseLines(misuse);
    lines.push(row("misuse", title), ...rest.map((line) => row("", line)));
  }
  if (outcome.kind !== "completed") lines.push(row(outcome.kind, outcome.explanation));
  return lines;
}

/** Who made the response, where it was not the upstream. */
function origin({ localReply }: Exchange): string {
  return localReply === null ? "" : ` (local reply ${JSON.stringify(toText(localReply.details))})`;
}

function callbackLines({ call, events, result }: CallbackEntry): string[] {
  if (events.length === 0) return [row("callback", result === null ? call : `${call} → ${result}`)];
  return [
    row("callback", call),
    ...events.map((event) => row("", `  ${event}`)),
    ...(result === null ? [] : [row("", `→ ${result}`)]),
  ];
}

function row(what: string, text: string): string {
  return `  ${what.padEnd(14)} ${text}`.trimEnd();
}

function cutMiddle(entries: readonly CallbackEntry[]): (CallbackEntry | number)[] {
  if (entries.length <= most) return [...entries];
  const half = most / 2;
  return [...entries.slice(0, half), entries.length - most, ...entries.slice(-half)];
}
