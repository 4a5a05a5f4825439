/** What a filter did to one stream: its exchange against the one of an Envoy without the filter. */
import { type Exchange, firstValue, type HttpMessage } from "as-proxy-wasm-sim";
import { bodyChange, type BodyChange } from "./body-changes.js";
import { headerChanges, type HeaderChange } from "./header-changes.js";

/** Byte strings throughout; what prints them makes text of them. */
export interface StreamReport {
  readonly exchange: Exchange;
  readonly method: string;
  readonly url: string;
  /** The client's status without and with the filter; null: no response. */
  readonly status: { readonly from: string | null; readonly to: string | null };
  readonly request: MessageChange;
  readonly response: MessageChange;
  /** Who kept the exchange from its end: the filter, the recording that lacks a body, or nobody. */
  readonly fault: "filter" | "recording" | null;
}

export type MessageChange =
  | { readonly kind: "same" }
  /** The filter kept it from getting through. */
  | { readonly kind: "stopped" }
  /** It exists only with the filter. */
  | { readonly kind: "new"; readonly message: HttpMessage }
  | {
      readonly kind: "changed";
      readonly headers: readonly HeaderChange[];
      readonly body: BodyChange | null;
      readonly trailers: readonly HeaderChange[];
    };

/** `plain` is the same stream through an idle filter, so that what Envoy itself adds is on both sides. */
export function reportStream(plain: Exchange, exchange: Exchange): StreamReport {
  const { headers } = exchange.stream.request;
  const url = `${firstValue(headers, ":scheme") ?? "http"}://${firstValue(headers, ":authority") ?? ""}${firstValue(headers, ":path") ?? ""}`;
  return {
    exchange,
    method: firstValue(headers, ":method") ?? "?",
    url,
    status: { from: statusOf(plain.response), to: statusOf(exchange.response) },
    fault: faultOf(plain, exchange),
    request: messageChange(plain.upstream, exchange.upstream),
    response: asReplied(
      messageChange(
        withoutOwnHeaders(plain.response, exchange),
        withoutOwnHeaders(exchange.response, exchange),
      ),
      exchange,
    ),
  };
}

function faultOf(plain: Exchange, { outcome }: Exchange): StreamReport["fault"] {
  if (outcome.kind === "completed") return null;
  return outcome.kind === "body-missing" || outcome.kind === plain.outcome.kind ? "recording" : "filter";
}

/** A local reply took nothing out of the upstream's body: its own lines are all there is to see. */
function asReplied(change: MessageChange, { localReply }: Exchange): MessageChange {
  if (change.kind !== "changed" || localReply === null || !change.body?.lines) return change;
  const lines = change.body.lines.filter(({ kind }) => kind === "added");
  return { ...change, body: { ...change.body, lines } };
}

function messageChange(before: HttpMessage | null, after: HttpMessage | null): MessageChange {
  if (after === null) return { kind: before === null ? "same" : "stopped" };
  if (before === null) return { kind: "new", message: after };
  const headers = headerChanges(before.headers, after.headers);
  const body = bodyChange(before.body, after.body);
  const trailers = headerChanges(before.trailers ?? [], after.trailers ?? []);
  if (headers.length === 0 && body === null && trailers.length === 0) return { kind: "same" };
  return { kind: "changed", headers, body, trailers };
}

/** Where a local reply took the place of the upstream's response, Envoy wrote these itself. */
function withoutOwnHeaders(message: HttpMessage | null, { localReply }: Exchange): HttpMessage | null {
  const own = ["date", "server", "x-envoy-upstream-service-time"];
  if (message === null || localReply === null) return message;
  return { ...message, headers: message.headers.filter(([name]) => !own.includes(name)) };
}

function statusOf(message: HttpMessage | null): string | null {
  return message === null ? null : firstValue(message.headers, ":status");
}
