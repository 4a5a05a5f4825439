import { RecordingError } from "./recording-error.js";
import type { RecordingParser, RecordingSink } from "./recording-parser.js";
import { tapJsonReader } from "./tap-json.js";
import { TapProtobufReader } from "./tap-protobuf.js";
import type { TapReader, TapTrace } from "./tap-trace.js";
import { TappedStream } from "./tapped-stream.js";

/** So many traces are kept for further pieces: nothing in a tap says that a stream is over. */
const OPEN_TRACES = 1024;

/** So many of those that were given up are remembered, in order to notice what comes too late. */
const REMEMBERED_TRACES = 65_536;

/**
 * Reads what Envoy's tap filter wrote: JSON or length-delimited protobuf, buffered or streamed. The pieces of a streamed
 * trace are joined by trace id, and the chunks stay the ones that the tap filter saw. The trace that has waited longest
 * for a piece is over when a thousand others have had theirs.
 */
export class TapParser implements RecordingParser {
  readonly #reader: TapReader;
  /** By trace id, the one with the latest piece last. */
  readonly #open = new Map<string, TappedStream>();
  readonly #givenUp = new Set<string>();
  #buffered = 0;
  #empty = true;

  constructor(
    private readonly source: string,
    private readonly sink: RecordingSink,
    form: "json" | "protobuf",
  ) {
    const onTrace = (trace: TapTrace): void => this.#add(trace);
    this.#reader = form === "json" ? tapJsonReader(source, onTrace) : new TapProtobufReader(source, onTrace);
  }

  write(bytes: Uint8Array): void {
    this.#reader.write(bytes);
  }

  end(): void {
    this.#reader.end();
    if (this.#empty) {
      throw new RecordingError("ERR_RECORDING_EMPTY", `${this.source}: is empty, expected a tap of Envoy`);
    }
    for (const [id, tap] of this.#open) this.#finish(id, tap);
  }

  #add(trace: TapTrace): void {
    this.#empty = false;
    if (trace.kind === "socket") {
      this.sink.skipped({
        source: trace.place,
        reason: "it is the trace of a socket, not of an HTTP stream",
      });
    } else if (trace.kind === "buffered") {
      this.#buffered += 1;
      this.#finish(`trace-${this.#buffered}`, bufferedStream(trace));
    } else {
      this.#addSegment(trace);
    }
  }

  #addSegment(trace: TapTrace & { readonly kind: "segment" }): void {
    const { traceId } = trace;
    if (this.#givenUp.has(traceId)) {
      throw new RecordingError(
        "ERR_RECORDING_BAD_FIELD",
        `${trace.place}: belongs to a trace_id that ${OPEN_TRACES} other traces had pieces after`,
        { hint: "Record with file_per_tap, which writes each stream by itself." },
      );
    }
    const tap = this.#open.get(traceId) ?? new TappedStream(trace.place, "streamed");
    tap.add(trace);
    this.#open.delete(traceId);
    this.#open.set(traceId, tap);
    if (this.#open.size > OPEN_TRACES) this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    for (const [id, tap] of this.#open) {
      this.#open.delete(id);
      this.#givenUp.add(id);
      this.#finish(id, tap);
      break;
    }
    if (this.#givenUp.size <= REMEMBERED_TRACES) return;
    for (const id of this.#givenUp) {
      this.#givenUp.delete(id);
      break;
    }
  }

  #finish(id: string, tap: TappedStream): void {
    const reason = tap.reasonToSkip();
    if (reason === null) this.sink.item(tap.toStream(id));
    else this.sink.skipped({ source: tap.source, reason });
  }
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
