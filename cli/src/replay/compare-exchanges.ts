/** What a filter did to one stream: its exchange against the one of an Envoy without the filter. */
import {
  type Exchange,
  firstValue,
  type HttpMessage,
  toText,
  type UnmetExpectation,
} from "as-proxy-wasm-sim";
import { bodyChange, bodySize } from "./body-changes.js";
import { headerChanges } from "./header-changes.js";
import { unusedCallout } from "./callout-results.js";
import type { MessageResult, StreamResult } from "./item-result.js";
import { meanwhile, type ResultOptions } from "./meanwhile.js";

/** `plain` is the same stream through an idle filter, so that what Envoy itself adds is on both sides. */
export function compareExchanges(
  plain: Exchange,
  exchange: Exchange,
  envoy: number,
  unmet: readonly UnmetExpectation[],
  options: ResultOptions,
): StreamResult {
  const { stream, outcome, localReply } = exchange;
  const header = (name: string) => firstValue(stream.request.headers, name);
  return {
    kind: "stream",
    id: stream.id,
    source: stream.source,
    method: toText(header(":method") ?? "?"),
    url: toText(`${header(":scheme") ?? "http"}://${header(":authority") ?? ""}${header(":path") ?? ""}`),
    outcome: outcome.kind,
    ...meanwhile(exchange, envoy, options, faultOf(plain, exchange)),
    explanation: outcome.kind === "completed" ? null : outcome.explanation,
    status: { without: statusOf(plain.response), with: statusOf(exchange.response) },
    request: messageResult(plain.upstream, exchange.upstream),
    response: asReplied(
      messageResult(
        withoutOwnHeaders(plain.response, exchange),
        withoutOwnHeaders(exchange.response, exchange),
      ),
      exchange,
    ),
    localReply:
      localReply === null ? null : { status: localReply.statusCode, details: toText(localReply.details) },
    notes: stream.notes,
    missingBodies: (["request", "response"] as const).filter((of) => stream[of]?.body.kind === "missing"),
    ...(stream.expect === undefined ? {} : { unmet }),
    ...(exchange.unusedCallouts.length === 0
      ? {}
      : { unusedCallouts: exchange.unusedCallouts.map(unusedCallout) }),
  };
}

/** Whether both sides got the same of two exchanges, byte for byte. */
export function cameOutAlike(one: Exchange, other: Exchange): boolean {
  return (
    one.outcome.kind === other.outcome.kind &&
    messageResult(one.upstream, other.upstream).change === "same" &&
    messageResult(one.response, other.response).change === "same"
  );
}

function faultOf(plain: Exchange, { outcome }: Exchange): StreamResult["fault"] {
  if (outcome.kind === "completed") return null;
  return outcome.kind === "body-missing" || outcome.kind === plain.outcome.kind ? "recording" : "filter";
}

/** A local reply took nothing out of the upstream's body: its own lines are all there is to see. */
function asReplied(result: MessageResult, { localReply }: Exchange): MessageResult {
  if (result.change !== "changed" || localReply === null || !result.body?.lines) return result;
  const lines = result.body.lines.filter(({ kind }) => kind === "added");
  return { ...result, body: { ...result.body, lines } };
}

function messageResult(before: HttpMessage | null, after: HttpMessage | null): MessageResult {
  if (after === null) return { change: before === null ? "same" : "stopped" };
  if (before === null) {
    return {
      change: "new",
      headers: after.headers.map(([name, value]) => [toText(name), toText(value)]),
      bodyBytes: bodySize(after.body),
    };
  }
  const headers = headerChanges(before.headers, after.headers);
  const body = bodyChange(before.body, after.body);
  const trailers = headerChanges(before.trailers ?? [], after.trailers ?? []);
  if (headers.length === 0 && body === null && trailers.length === 0) return { change: "same" };
  return { change: "changed", headers, body, trailers };
}

/** Where a local reply took the place of the upstream's response, Envoy wrote these itself. */
function withoutOwnHeaders(message: HttpMessage | null, { localReply }: Exchange): HttpMessage | null {
  const own = ["date", "server", "x-envoy-upstream-service-time"];
  if (message === null || localReply === null) return message;
  return { ...message, headers: message.headers.filter(([name]) => !own.includes(name)) };
}

function statusOf(message: HttpMessage | null): string | null {
  const status = message === null ? null : firstValue(message.headers, ":status");
  return status === null ? null : toText(status);
}
