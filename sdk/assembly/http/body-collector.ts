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
import { Headers, requestHeaders, responseHeaders } from "./headers";
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

/** What becomes of the request when its headers callback has answered `action`. */
export function afterRequestHeaders(filter: HttpFilter, action: HeadersAction): HeadersAction {
  if (!endOfStream || !contexts().has(calledSlot, State.CollectingRequest)) return action;
  if (action != HeadersAction.Continue) return action;
  return asHeadersAction(completeRequest(filter));
}

export function afterResponseHeaders(filter: HttpFilter, action: HeadersAction): HeadersAction {
  if (!endOfStream || !contexts().has(calledSlot, State.CollectingResponse)) return action;
  if (action != HeadersAction.Continue) return action;
  return asHeadersAction(completeResponse(filter));
}

function asHeadersAction(action: BodyAction): HeadersAction {
  return action == BodyAction.Continue ? HeadersAction.Continue : HeadersAction.StopAllIterationAndWatermark;
}

/** A piece of the request's body; `size` is what is held with it. */
export function requestPiece(filter: HttpFilter, size: u32): BodyAction {
  const table = contexts();
  if (!table.has(calledSlot, State.CollectingRequest)) return filter.onRequestBody(requestBody, endOfStream);
  if (size > table.limitAt(calledSlot)) {
    table.clear(calledSlot, State.CollectingRequest | State.RequestReadOnly);
    filter.onRequestBodyTooLarge();
    return afterTooLarge();
  }
  return endOfStream ? completeRequest(filter) : BodyAction.StopIterationAndBuffer;
}

/** A piece of the response's body; `size` is what is held with it. */
export function responsePiece(filter: HttpFilter, size: u32): BodyAction {
  const table = contexts();
  if (!table.has(calledSlot, State.CollectingResponse))
    return filter.onResponseBody(responseBody, endOfStream);
  if (size > table.limitAt(calledSlot)) {
    table.clear(calledSlot, State.CollectingResponse | State.ResponseReadOnly);
    filter.onResponseBodyTooLarge();
    return afterTooLarge();
  }
  return endOfStream ? completeResponse(filter) : BodyAction.StopIterationAndBuffer;
}

function afterTooLarge(): BodyAction {
  const stopped = contexts().has(calledSlot, State.Answered | State.Closed);
  return stopped ? BodyAction.StopIterationNoBuffer : BodyAction.Continue;
}

/** The request's trailers: the end of a body that no body call announced. */
export function requestTrailersArrived(filter: HttpFilter): TrailersAction {
  if (!contexts().has(calledSlot, State.CollectingRequest)) return TrailersAction.Continue;
  return asTrailersAction(completeRequest(filter));
}

export function responseTrailersArrived(filter: HttpFilter): TrailersAction {
  if (!contexts().has(calledSlot, State.CollectingResponse)) return TrailersAction.Continue;
  return asTrailersAction(completeResponse(filter));
}

function asTrailersAction(action: BodyAction): TrailersAction {
  return action == BodyAction.Continue ? TrailersAction.Continue : TrailersAction.StopIteration;
}

function completeRequest(filter: HttpFilter): BodyAction {
  contexts().clear(calledSlot, State.CollectingRequest);
  return filter.onRequestBodyComplete(requestBody);
}

function completeResponse(filter: HttpFilter): BodyAction {
  contexts().clear(calledSlot, State.CollectingResponse);
  return filter.onResponseBodyComplete(responseBody);
}
