import { NONE, reach } from "../abi/mosn";
import { BufferType, HeaderMapType } from "../abi/status";
import { IS_MOSN } from "../abi/target";

/** Which callback is running. */
export const enum Phase {
  /** None: the module's top level. */
  None,
  /** A filter or plugin is being made. */
  Constructor,
  Configure,
  Tick,
  QueueReady,
  ForeignFunction,
  RequestHeaders,
  RequestBody,
  RequestTrailers,
  RequestMetadata,
  ResponseHeaders,
  ResponseBody,
  ResponseTrailers,
  ResponseMetadata,
  NewConnection,
  DownstreamData,
  UpstreamData,
  DownstreamClose,
  UpstreamClose,
  HttpCallResponse,
  GrpcReceive,
  Log,
  Done,
}

/** The running callback. */
export let phase: Phase = Phase.None;

/** Notes which callback runs; only the dispatch does. */
export function setPhase(callback: Phase): void {
  phase = callback;
  if (IS_MOSN) reachInMosn(callback);
}

/** MOSN has what a callback is about, and it may end when it is asked for something that does not exist yet. */
function reachInMosn(callback: Phase): void {
  if (callback == Phase.RequestHeaders) reach(HeaderMapType.RequestHeaders, NONE);
  else if (callback == Phase.RequestBody) reach(NONE, BufferType.HttpRequestBody);
  else if (callback == Phase.RequestTrailers) reach(HeaderMapType.RequestTrailers, NONE);
  else if (callback == Phase.ResponseHeaders) reach(HeaderMapType.ResponseHeaders, NONE);
  else if (callback == Phase.ResponseBody) reach(NONE, BufferType.HttpResponseBody);
  else if (callback == Phase.ResponseTrailers) reach(HeaderMapType.ResponseTrailers, NONE);
  else reach(NONE, callback == Phase.Configure ? BufferType.PluginConfiguration : NONE);
}

/** Whether it is a callback of the request's way. */
export function isRequestPhase(phase: Phase): bool {
  return phase >= Phase.RequestHeaders && phase <= Phase.RequestMetadata;
}

/** Whether it is a callback of the response's way. */
export function isResponsePhase(phase: Phase): bool {
  return phase >= Phase.ResponseHeaders && phase <= Phase.ResponseMetadata;
}

/** The name of the callback, as an author knows it. */
export function phaseName(phase: Phase): string {
  switch (phase) {
    case Phase.Constructor:
      return "a constructor";
    case Phase.Configure:
      return "onConfigure";
    case Phase.Tick:
      return "a timer";
    case Phase.QueueReady:
      return "onQueueReady";
    case Phase.ForeignFunction:
      return "onForeignFunction";
    case Phase.RequestHeaders:
      return "onRequestHeaders";
    case Phase.RequestBody:
      return "onRequestBody";
    case Phase.RequestTrailers:
      return "onRequestTrailers";
    case Phase.RequestMetadata:
      return "onRequestMetadata";
    case Phase.ResponseHeaders:
      return "onResponseHeaders";
    case Phase.ResponseBody:
      return "onResponseBody";
    case Phase.ResponseTrailers:
      return "onResponseTrailers";
    case Phase.ResponseMetadata:
      return "onResponseMetadata";
    case Phase.NewConnection:
      return "onNewConnection";
    case Phase.DownstreamData:
      return "onDownstreamData";
    case Phase.UpstreamData:
      return "onUpstreamData";
    case Phase.DownstreamClose:
      return "onDownstreamClose";
    case Phase.UpstreamClose:
      return "onUpstreamClose";
    case Phase.HttpCallResponse:
      return "the answer to an HTTP call";
    case Phase.GrpcReceive:
      return "the answer to a gRPC call";
    case Phase.Log:
      return "onLog";
    case Phase.Done:
      return "onDone";
    default:
      return "the module's top level";
  }
}
