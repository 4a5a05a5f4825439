import { isMember, Status, StreamType } from "./enums.js";
import { env, sinceVersion020, type HostCall } from "./host-function.js";
import { decodePairs } from "./pairs.js";

/** Contexts, streams and local replies (abi.md 5.3, 5.4, 5.5, 5.10). */
export const streamCalls = [
  env("proxy_set_effective_context", "i", (call: HostCall, id: number) => call.setEffectiveContext(id)),

  env("proxy_done", "", (call: HostCall) => call.context.done()),

  env("proxy_set_tick_period_milliseconds", "i", (call: HostCall, period: number) =>
    call.context.setTickPeriod(period),
  ),

  env(
    "proxy_continue_stream",
    "i",
    (call: HostCall, type: number) =>
      isMember(StreamType, type)
        ? call.context.continueStream(onStream(call, type, "proxy_continue_stream"))
        : Status.BadArgument,
    sinceVersion020,
  ),

  env(
    "proxy_close_stream",
    "i",
    (call: HostCall, type: number) =>
      isMember(StreamType, type)
        ? call.context.closeStream(onStream(call, type, "proxy_close_stream"))
        : Status.BadArgument,
    sinceVersion020,
  ),

  env("proxy_continue_request", "", (call: HostCall) => call.context.continueStream(StreamType.Request), [
    "0.1.0",
  ]),
  env("proxy_continue_response", "", (call: HostCall) => call.context.continueStream(StreamType.Response), [
    "0.1.0",
  ]),

  env("proxy_clear_route_cache", "", (call: HostCall) => call.context.clearRouteCache(), ["0.1.0"]),

  env(
    "proxy_send_local_response",
    "iiiiiiii",
    (
      call: HostCall,
      statusCode: number,
      detailsAddress: number,
      detailsSize: number,
      bodyAddress: number,
      bodySize: number,
      headersAddress: number,
      headersSize: number,
      grpcStatus: number,
    ) => {
      const details = call.memory.readString(detailsAddress, detailsSize);
      const body = call.memory.read(bodyAddress, bodySize);
      const headers = call.memory.read(headersAddress, headersSize);
      if (details === null || body === null || headers === null) return Status.InvalidMemoryAccess;
      if (call.context.streamKind !== "http") call.misused("no-stream", "proxy_send_local_response");
      else if (statusCode < 200 || statusCode > 599)
        call.misused("local-reply-status", "proxy_send_local_response");
      // Even where the reply itself means nothing, as in a root context.
      call.stopIteration();
      return call.context.sendLocalResponse({
        statusCode,
        details,
        body,
        headers: decodePairs(headers),
        grpcStatus: grpcStatus | 0,
      });
    },
  ),
];

function onStream(call: HostCall, type: StreamType, hostFunction: string): StreamType {
  if (call.context.streamKind === "none") call.misused("no-stream", hostFunction);
  return type;
}
