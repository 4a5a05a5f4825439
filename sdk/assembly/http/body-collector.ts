// Collecting bodies: whatever way its end is announced (a last piece, an empty last call, trailers: abi.md 8.2), a body is handed
// over once, whole.
//
//   onRequestHeaders calls collectRequest ──▶ Collecting ──▶ size > limit: onRequestBodyTooLarge
//                                                        └─▶ end of stream or trailers: onRequestBodyComplete

import { contexts, State } from "../context/contexts";
import { calledId, calledSlot, endOfStream } from "../context/current";
import { Failure, fail } from "../context/failure";
import { Phase, phase } from "../context/phase";
import { BodyAction, HeadersAction, TrailersAction } from "./actions";
import { requestBody, responseBody } from "./body";
import { BodyUse } from "./body-use";
import { announcedLength } from "./content-length";
import { Headers, requestHeaders, requestTrailers, responseHeaders, responseTrailers } from "./headers";
import { HttpFilter } from "./http-filter";

/** Begins to collect the request's body; gives what `onRequestHeaders` returns. */
export function collectRequest(filter: HttpFilter, limit: u32, use: BodyUse): HeadersAction {
  if (phase != Phase.RequestHeaders || filter.contextId != calledId) {
    fail(Failure.CollectTooLate);
    return HeadersAction.Continue;
  }
  if (announcedLength(requestHeaders) > <i64>limit) {
    filter.onRequestBodyTooLarge();
    return HeadersAction.Continue;
  }
  begin(State.CollectingRequest, State.RequestReadOnly, State.RequestHeadersHeld, limit, use, requestHeaders);
  return holds(use) ? HeadersAction.StopIterationHeadersOnly : HeadersAction.Continue;
}

/** Begins to collect the response's body; gives what `onResponseHeaders` returns. */
export function collectResponse(filter: HttpFilter, limit: u32, use: BodyUse): HeadersAction {
  if (phase != Phase.ResponseHeaders || filter.contextId != calledId) {
    fail(Failure.CollectTooLate);
    return HeadersAction.Continue;
  }
  // The answer to HEAD announces the size of a body that does not come.
  if (!endOfStream && announcedLength(responseHeaders) > <i64>limit) {
    filter.onResponseBodyTooLarge();
    return HeadersAction.Continue;
  }
  begin(
    State.CollectingResponse,
    State.ResponseReadOnly,
    State.ResponseHeadersHeld,
    limit,
    use,
    responseHeaders,
  );
  return holds(use) ? HeadersAction.StopIterationHeadersOnly : HeadersAction.Continue;
}

function begin(
  collecting: State,
  readOnly: State,
  headersHeld: State,
  limit: u32,
  use: BodyUse,
  headers: Headers,
): void {
  const table = contexts();
  // A second call takes the place of the first.
  table.clear(calledSlot, readOnly | headersHeld);
  let state: u32 = collecting;
  if (use == BodyUse.Read || use == BodyUse.ReadHeld) state |= readOnly;
  if (use == BodyUse.ChangeHeld) state |= headersHeld;
  if (use == BodyUse.Change && !endOfStream) headers.remove("content-length");
  table.set(calledSlot, state);
  table.setLimit(calledSlot, limit);
}

/** Whether the headers wait. What ends with its headers has nothing to wait for, and nothing would release it. */
function holds(use: BodyUse): bool {
  return !endOfStream && (use == BodyUse.ReadHeld || use == BodyUse.ChangeHeld);
}

/** The request got its answer, or was closed: nothing more of it is looked at. */
function requestIsOver(): bool {
  return contexts().has(calledSlot, State.Answered | State.Closed);
}

/** The same for the response. An answer of this filter's own to the request passes as a response, and is not over. */
function responseIsOver(): bool {
  return contexts().has(calledSlot, State.ResponseReplaced | State.Closed);
}

/** What becomes of the request when its headers callback has answered `action`. */
export function afterRequestHeaders(filter: HttpFilter, action: HeadersAction): HeadersAction {
  if (requestIsOver() || !contexts().has(calledSlot, State.CollectingRequest)) return action;
  if (endOfStream) return strongerHeaders(action, completeRequest(filter));
  settleHeaders(action, State.CollectorHoldsRequest, State.RequestHeadersHeld, requestHeaders);
  return action;
}

export function afterResponseHeaders(filter: HttpFilter, action: HeadersAction): HeadersAction {
  if (responseIsOver() || !contexts().has(calledSlot, State.CollectingResponse)) return action;
  if (endOfStream) return strongerHeaders(action, completeResponse(filter));
  settleHeaders(action, State.CollectorHoldsResponse, State.ResponseHeadersHeld, responseHeaders);
  return action;
}

/** A stop of the headers callback stands; else what the body's callback says counts for the headers, which end the message. */
function strongerHeaders(action: HeadersAction, body: BodyAction): HeadersAction {
  if (action != HeadersAction.Continue || body == BodyAction.Continue) return action;
  return HeadersAction.StopAllIterationAndWatermark;
}

function settleHeaders(
  action: HeadersAction,
  collectorHolds: State,
  headersHeld: State,
  headers: Headers,
): void {
  const table = contexts();
  if (action == HeadersAction.StopIterationHeadersOnly) {
    table.set(calledSlot, collectorHolds);
  } else if (table.has(calledSlot, headersHeld)) {
    // The callback did not return what collecting gave it: the headers leave before the body is known after all.
    table.clear(calledSlot, headersHeld);
    headers.remove("content-length");
  }
}

/** A piece of the request's body; `size` is what is held with it. */
export function requestPiece(filter: HttpFilter, size: u32): BodyAction {
  const table = contexts();
  if (!table.has(calledSlot, State.CollectingRequest)) return filter.onRequestBody(requestBody, endOfStream);
  if (size > table.limitAt(calledSlot)) {
    table.clear(calledSlot, State.CollectingRequest | State.CollectorHoldsRequest);
    filter.onRequestBodyTooLarge();
    return requestIsOver() ? BodyAction.StopIterationNoBuffer : BodyAction.Continue;
  }
  if (endOfStream) return completeRequest(filter);
  table.set(calledSlot, State.CollectorHoldsRequest);
  return BodyAction.StopIterationAndBuffer;
}

/** A piece of the response's body; `size` is what is held with it. */
export function responsePiece(filter: HttpFilter, size: u32): BodyAction {
  const table = contexts();
  if (!table.has(calledSlot, State.CollectingResponse))
    return filter.onResponseBody(responseBody, endOfStream);
  if (size > table.limitAt(calledSlot)) {
    table.clear(calledSlot, State.CollectingResponse | State.CollectorHoldsResponse);
    filter.onResponseBodyTooLarge();
    return responseIsOver() ? BodyAction.StopIterationNoBuffer : BodyAction.Continue;
  }
  if (endOfStream) return completeResponse(filter);
  table.set(calledSlot, State.CollectorHoldsResponse);
  return BodyAction.StopIterationAndBuffer;
}

/** The request's trailers: also the end of a body that no body call announced. */
export function requestTrailersArrived(filter: HttpFilter): TrailersAction {
  let body = BodyAction.Continue;
  if (contexts().has(calledSlot, State.CollectingRequest)) {
    body = completeRequest(filter);
    if (requestIsOver()) return TrailersAction.StopIteration;
  }
  return strongerTrailers(filter.onRequestTrailers(requestTrailers), body);
}

export function responseTrailersArrived(filter: HttpFilter): TrailersAction {
  let body = BodyAction.Continue;
  if (contexts().has(calledSlot, State.CollectingResponse)) {
    body = completeResponse(filter);
    if (responseIsOver()) return TrailersAction.StopIteration;
  }
  return strongerTrailers(filter.onResponseTrailers(responseTrailers), body);
}

function strongerTrailers(action: TrailersAction, body: BodyAction): TrailersAction {
  return body == BodyAction.Continue ? action : TrailersAction.StopIteration;
}

function completeRequest(filter: HttpFilter): BodyAction {
  contexts().clear(calledSlot, State.CollectingRequest | State.CollectorHoldsRequest);
  return whole(filter.onRequestBodyComplete(requestBody));
}

function completeResponse(filter: HttpFilter): BodyAction {
  contexts().clear(calledSlot, State.CollectingResponse | State.CollectorHoldsResponse);
  return whole(filter.onResponseBodyComplete(responseBody));
}

/** The body is there whole: any stop holds it, and none may throw it away. */
function whole(action: BodyAction): BodyAction {
  return action == BodyAction.Continue ? BodyAction.Continue : BodyAction.StopIterationAndBuffer;
}
