import type { Recording, SkippedEntry } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedStream } from "./recorded-stream.js";
import { readTapJson } from "./tap-json.js";
import { readTapProtobuf } from "./tap-protobuf.js";
import type { TapTrace } from "./tap-trace.js";
import { TappedStream } from "./tapped-stream.js";

/**
 * Reads what Envoy's tap filter wrote: JSON as text, length-delimited protobuf as bytes, buffered or streamed. The
 * pieces of a streamed trace are joined by trace id, and the chunks stay the ones that the tap filter saw.
 */
export function parseTap(content: string | Uint8Array, source: string): Recording {
  const traces =
    typeof content === "string" ? readTapJson(content, source) : readTapProtobuf(content, source);
  const taps = new Map<string, TappedStream>();
  const skipped: SkippedEntry[] = [];

  for (const trace of traces) {
    if (trace.kind === "socket") {
      skipped.push({ source: trace.place, reason: "it is the trace of a socket, not of an HTTP stream" });
    } else if (trace.kind === "buffered") {
      taps.set(`trace-${taps.size + 1}`, bufferedStream(trace));
    } else {
      const tap = taps.get(trace.traceId) ?? new TappedStream(trace.place, "streamed");
      tap.add(trace);
      taps.set(trace.traceId, tap);
    }
  }
  if (taps.size === 0 && skipped.length === 0) {
    throw new RecordingError("ERR_RECORDING_EMPTY", `${source}: is empty, expected a tap of Envoy`);
  }

  const streams: RecordedStream[] = [];
  for (const [id, tap] of taps) {
    const reason = tap.reasonToSkip();
    if (reason === null) streams.push(tap.toStream(id));
    else skipped.push({ source: tap.source, reason });
  }
  return { streams, skipped };
}

function bufferedStream(trace: TapTrace & { readonly kind: "buffered" }): TappedStream {
  const tap = new TappedStream(trace.place, "buffered");
  for (const of of ["request", "response"] as const) {
    const message = trace[of];
    if (message === null) continue;
    const side = tap[of];
    side.headers = message.headers.length === 0 ? null : message.headers;
    if (message.body !== null) side.body.push(message.body);
    side.trailers = message.trailers.length === 0 ? null : message.trailers;
  }
  return tap;
}
