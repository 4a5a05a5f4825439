import { fromBytes, toBytes, toText } from "../byte-string.js";
import type { EventsSince } from "../envoy/event-log.js";
import type { Exchange, HttpMessage, LocalReply, Outcome } from "../http/exchange.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ClientResponse } from "./client.js";
import { requestMessage, responseMessage } from "./http1-message.js";
import { messageOfFrames } from "../http/http2/message.js";
import type { UpstreamConnection } from "./upstream.js";

/** How a stream ended, seen from outside. */
export type StreamEnd =
  | {
      readonly kind: "ended";
      readonly downstream: ClientResponse;
      readonly upstream: readonly UpstreamConnection[];
    }
  | { readonly kind: "body-missing"; readonly direction: "request" | "response" }
  /** The process is no more. What it did while it broke is undefined, and nothing of it is told. */
  | { readonly kind: "crashed" };

/** Of a process that broke, or was not asked. */
export const noEvents: EventsSince = {
  logs: [],
  trace: [],
  callbacks: [],
  callouts: [],
  grpcCallouts: [],
  traps: [],
  misuses: [],
};

export function streamExchange(
  stream: RecordedStream,
  end: StreamEnd,
  events: EventsSince,
  details: string | null,
  unusedCallouts: Exchange["unusedCallouts"] = [],
): Exchange {
  if (end.kind !== "ended") {
    return {
      stream,
      outcome: outcomeWithoutEnd(end, stream),
      ...{ upstream: null, response: null, localReply: null, responseCodeDetails: null },
      ...noEvents,
      unusedCallouts,
      wire: { upstream: new Uint8Array(), downstream: new Uint8Array() },
    };
  }
  const wire = {
    upstream: toBytes(end.upstream.map(({ bytes }) => bytes).join("")),
    downstream: toBytes(end.downstream.bytes),
  };
  const { frames } = end.downstream;
  const response = frames === undefined ? responseMessage(wire.downstream) : messageOfFrames(frames);
  const upstreamFrames = end.upstream[0]?.frames;
  return {
    stream,
    outcome: outcomeOf(end.downstream),
    upstream: upstreamFrames === undefined ? requestMessage(wire.upstream) : messageOfFrames(upstreamFrames),
    response,
    localReply: localReplyOf(response, details),
    responseCodeDetails: details,
    ...events,
    unusedCallouts,
    wire,
  };
}

function outcomeOf({ end }: ClientResponse): Outcome {
  switch (end) {
    case "complete":
      return { kind: "completed" };
    case "cut":
      return { kind: "reset", explanation: "Envoy closed the client's connection in the middle." };
    case "stalled":
      return { kind: "stalled", explanation: "Nothing more came, and the client gave up." };
  }
}

function outcomeWithoutEnd(end: Exclude<StreamEnd, { kind: "ended" }>, stream: RecordedStream): Outcome {
  if (end.kind === "crashed") return { kind: "crashed", explanation: "The Envoy process ended." };
  const { body } = stream[end.direction] ?? stream.request;
  return {
    kind: "body-missing",
    direction: end.direction,
    explanation: `A real Envoy cannot be sent the ${end.direction} of ${stream.source} without its body: ${body.kind === "missing" ? body.reason : ""}.`,
  };
}

/** Details with which a response is the upstream's own, whole or not. */
const UPSTREAMS_OWN = /^(?:via_upstream$|upstream_reset_after_response_started|downstream_)/;

/** Envoy does not say that a reply is its own or a plugin's, but its details are others than the upstream's. */
function localReplyOf(response: HttpMessage | null, details: string | null): LocalReply | null {
  if (response === null || details === null || UPSTREAMS_OWN.test(details)) return null;
  const { body } = response;
  const chunks = body.kind === "recorded" ? body.chunks : [];
  return {
    statusCode: Number(toText(response.headers[0]?.[1] ?? "0")),
    details,
    body: toBytes(chunks.map(fromBytes).join("")),
  };
}
