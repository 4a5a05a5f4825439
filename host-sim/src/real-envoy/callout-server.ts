import { fromText, toBytes, type HeaderList } from "../byte-string.js";
import type { HttpCallout, HttpCalloutOutcome } from "../callout/http-callouts.js";
import { pairsOf } from "../callout/http-callouts.js";
import type {
  HttpCalloutAnswer,
  HttpCalloutRequest,
  HttpCalloutResponse,
  HttpUpstream,
} from "../callout/http-upstream.js";
import { messageOfFrames } from "../http/http2/message.js";
import { type CalloutRequest, warnTooLate } from "./scripted-clusters.js";

/** INTERNAL_ERROR (RFC 9113 §7). */
const INTERNAL_ERROR = 2;

/** Answers one HTTP request of a filter, when it is complete, as its script says. */
export function serveHttp(
  request: CalloutRequest,
  headers: HeaderList,
  script: HttpUpstream | HttpCalloutAnswer | null,
): void {
  const { stream } = request;
  let isAnswered = false;
  const answerWhenComplete = () => {
    if (isAnswered || !stream.complete || stream.reset) return;
    isAnswered = true;
    answer(request, receivedRequest(request, headers), script);
  };
  stream.onFrame = answerWhenComplete;
  answerWhenComplete();
}

function answer(
  request: CalloutRequest,
  received: HttpCalloutRequest,
  script: HttpUpstream | HttpCalloutAnswer | null,
): void {
  const { stream, socket, record } = request;
  const recorded = request.recorded.http({ ...received, cluster: fromText(received.cluster) });
  const given = recorded ?? (typeof script === "function" ? script(received) : (script ?? "disconnect"));
  const whole = typeof given === "string" ? { failure: given } : given;
  const callout: HttpCallout = {
    kind: "http",
    ...{ plugin: "", thread: "", token: 0 },
    request: received,
    unhandled: recorded === null && script === null,
    outcome: "pending",
  };
  record.http.push(callout);
  const later = (outcome: HttpCalloutOutcome, run: () => void) => {
    setTimeout(() => {
      if (stream.reset || socket.destroyed) return;
      callout.outcome = outcome;
      run();
    }, whole.delayMs ?? 1);
  };
  if (!("failure" in whole)) return later("answered", () => respond(request, whole));
  const { failure } = whole;
  warnTooLate(request, failure);
  if (failure === "timeout") callout.outcome = "timeout";
  else if (failure === "reset") later("reset", () => breakOff(request));
  else later("disconnect", () => socket.destroy());
}

function respond({ stream }: CalloutRequest, response: HttpCalloutResponse): void {
  const { status = 200, headers = [], body = "", trailers } = response;
  const bytes = typeof body === "string" ? toBytes(fromText(body)) : body;
  const isEmpty = bytes.length === 0;
  stream.sendHeaders([[":status", String(status)], ...pairsOf(headers)], isEmpty && trailers === undefined);
  if (!isEmpty) stream.sendData(bytes, trailers === undefined);
  if (trailers !== undefined) stream.sendHeaders(pairsOf(trailers), true);
}

/** In the middle of the answer. */
function breakOff({ stream }: CalloutRequest): void {
  stream.sendHeaders([[":status", "200"]], false);
  stream.sendReset(INTERNAL_ERROR);
}

/** In the form of the simulator: without the scheme, which HTTP/2 alone tells. */
function receivedRequest({ clusterName, stream }: CalloutRequest, headers: HeaderList): HttpCalloutRequest {
  const message = messageOfFrames(stream.received);
  const chunks = message?.body.kind === "recorded" ? message.body.chunks : [];
  return {
    cluster: clusterName,
    headers: headers.filter(([name]) => name !== ":scheme"),
    body: new Uint8Array(Buffer.concat(chunks)),
    trailers: message?.trailers ?? null,
    timeoutMs: timeoutOf(headers),
  };
}

/** Envoy tells the upstream how long it waits. */
export function timeoutOf(headers: HeaderList): number {
  return Number(headers.find(([name]) => name === "x-envoy-expected-rq-timeout-ms")?.[1] ?? 0);
}
