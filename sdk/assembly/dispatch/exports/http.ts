// HTTP streams (abi.md 4.3, 8).

import { COLLECTS_REQUESTS, COLLECTS_RESPONSES, SHARED_INSTANCE } from "../../context/build";
import { contexts, State } from "../../context/contexts";
import { begin, beginAt, calledSlot, noteEndOfStream } from "../../context/current";
import { Phase } from "../../context/phase";
import { BodyAction, HeadersAction, TrailersAction } from "../../http/actions";
import { requestBody, responseBody } from "../../http/body";
import {
  afterRequestHeaders,
  afterResponseHeaders,
  requestPiece,
  requestTrailersArrived,
  responsePiece,
  responseTrailersArrived,
} from "../../http/body-collector";
import { requestHeaders, requestTrailers, responseHeaders, responseTrailers } from "../../http/headers";
import { HttpFilter } from "../../http/http-filter";
import { settleRequest, settleResponse } from "../../http/stream-control";
import { leave } from "../leave";
import { sharedFilter } from "../registry";

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: bool): HeadersAction {
  const filter = enter(id, Phase.RequestHeaders);
  noteEndOfStream(endOfStream);
  let action = filter.onRequestHeaders(requestHeaders, endOfStream);
  if (COLLECTS_REQUESTS) action = afterRequestHeaders(filter, action);
  action = settleRequest(action, HeadersAction.StopAllIterationAndWatermark);
  leave();
  return action;
}

export function proxy_on_request_body(id: u32, size: u32, endOfStream: bool): BodyAction {
  const filter = enter(id, Phase.RequestBody);
  noteEndOfStream(endOfStream);
  let action = COLLECTS_REQUESTS
    ? requestPiece(filter, size)
    : filter.onRequestBody(requestBody, endOfStream);
  action = settleRequest(action, BodyAction.StopIterationNoBuffer);
  leave();
  return action;
}

export function proxy_on_request_trailers(id: u32, count: u32): TrailersAction {
  const filter = enter(id, Phase.RequestTrailers);
  let action = COLLECTS_REQUESTS ? requestTrailersArrived(filter) : filter.onRequestTrailers(requestTrailers);
  action = settleRequest(action, TrailersAction.StopIteration);
  leave();
  return action;
}

export function proxy_on_request_metadata(id: u32, count: u32): u32 {
  enter(id, Phase.RequestMetadata).onRequestMetadata(count);
  leave();
  return 0;
}

export function proxy_on_response_headers(id: u32, count: u32, endOfStream: bool): HeadersAction {
  const filter = enter(id, Phase.ResponseHeaders);
  noteEndOfStream(endOfStream);
  let action = filter.onResponseHeaders(responseHeaders, endOfStream);
  if (COLLECTS_RESPONSES) action = afterResponseHeaders(filter, action);
  action = settleResponse(action, HeadersAction.StopAllIterationAndWatermark);
  leave();
  return action;
}

export function proxy_on_response_body(id: u32, size: u32, endOfStream: bool): BodyAction {
  const filter = enterBegunResponse(id, Phase.ResponseBody);
  noteEndOfStream(endOfStream);
  let action = COLLECTS_RESPONSES
    ? responsePiece(filter, size)
    : filter.onResponseBody(responseBody, endOfStream);
  action = settleResponse(action, BodyAction.StopIterationNoBuffer);
  leave();
  return action;
}

export function proxy_on_response_trailers(id: u32, count: u32): TrailersAction {
  const filter = enterBegunResponse(id, Phase.ResponseTrailers);
  let action = COLLECTS_RESPONSES
    ? responseTrailersArrived(filter)
    : filter.onResponseTrailers(responseTrailers);
  action = settleResponse(action, TrailersAction.StopIteration);
  leave();
  return action;
}

export function proxy_on_response_metadata(id: u32, count: u32): u32 {
  enter(id, Phase.ResponseMetadata).onResponseMetadata(count);
  leave();
  return 0;
}

const NOT_HTTP =
  "Envoy uses this root_id for HTTP, but it is registered with registerNetworkFilter, which is for TCP connections";

/** The filter of a stream. */
function enter(id: u32, phase: Phase): HttpFilter {
  if (SHARED_INSTANCE) {
    begin(phase);
    return sharedFilter();
  }
  const slot = beginAt(id, phase);
  assert(!contexts().has(slot, State.Connection), NOT_HTTP);
  const filter = contexts().ownerAt(slot) as HttpFilter;
  // A filter without fields is one object for all streams of its plugin.
  filter.contextId = id;
  return filter;
}

/** The same when the response's headers have passed: unless the filter holds them, they are on their way to the client. */
function enterBegunResponse(id: u32, phase: Phase): HttpFilter {
  const filter = enter(id, phase);
  if (SHARED_INSTANCE) return filter;
  if (!contexts().has(calledSlot, State.ResponseHeld)) contexts().set(calledSlot, State.ResponseBegun);
  return filter;
}
