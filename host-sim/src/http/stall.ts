import type { FilterDirection } from "./filter-direction.js";
import { isStoppedForAll } from "./iteration-state.js";

/** Where a stream stood when nothing could move it any more. */
export interface StalledStream {
  readonly decoder: FilterDirection;
  readonly encoder: FilterDirection;
  /** Plugins whose StopIteration from headers was turned into StopAllIteration. */
  readonly needOption: readonly string[];
  /** Clusters that have not answered a callout. */
  readonly pendingCallouts: readonly string[];
  readonly hasResponse: boolean;
  readonly upstreamStarted: boolean;
  readonly upstreamAnswered: boolean;
  readonly upstreamBroken: boolean;
}

/** Says in words why a stream hangs and what would release it. */
export function explainStall(stream: StalledStream): string {
  const request = explainHolder(stream, "request");
  if (request !== null) return request;
  if (!stream.upstreamStarted) return "The request never left Envoy.";
  if (stream.upstreamBroken) return "What the upstream got is no HTTP/1.1: the filter damaged the request.";
  if (!stream.upstreamAnswered) {
    if (!stream.hasResponse) return "The recording has no response: the upstream never answers.";
    return "The upstream still waits for the rest of the request: its body is shorter than content-length says, or was dropped. A filter that changes a body must remove content-length in the headers callback.";
  }
  return explainHolder(stream, "response") ?? "The response never ended.";
}

function explainHolder(stream: StalledStream, message: "request" | "response"): string | null {
  const direction = message === "request" ? stream.decoder : stream.encoder;
  const { holder } = direction;
  if (holder === null) return null;
  if (direction.readingPaused) {
    return `Filter "${holder.name}" holds more of the ${message} body than the buffer limit allows with StopIterationAndWatermark, so Envoy stopped reading; nothing continues the stream.`;
  }
  const [cluster] = stream.pendingCallouts;
  if (cluster !== undefined) {
    return `Filter "${holder.name}" holds the ${message}, and a callout to the cluster "${cluster}" has had no answer: give the callout a timeout, and the cluster an answer.`;
  }
  if (!isStoppedForAll(holder.state)) {
    return `Filter "${holder.name}" stopped the ${message} in its last callback, and nothing continues it: return Continue there, send a local reply, or call continue_stream from a later callback.`;
  }
  const start = `Filter "${holder.name}" returned StopIteration from ${message} headers, and nothing continues the stream.`;
  if (!stream.needOption.includes(holder.name)) return start;
  return `${start} Envoy treats StopIteration as StopAllIteration unless allow_on_headers_stop_iteration is on: the body callbacks that this filter waits for never run. Set allowOnHeadersStopIteration: true.`;
}
