import { firstValue, type HeaderList } from "../byte-string.js";
import { announcedLength, responseHasBody, withContentLength } from "./content-length.js";
import {
  isFinalStatus,
  pseudoHeaderProblem,
  pseudoHeadersFirst,
  REQUEST_PSEUDO_HEADERS,
} from "./header-field.js";
import type { Recording, SkippedEntry } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedMessage, RecordedStream } from "./recorded-stream.js";
import { readTapJson } from "./tap-json.js";
import { readTapProtobuf } from "./tap-protobuf.js";
import type { TapBody, TapTrace } from "./tap-trace.js";

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

/** One direction while its pieces are collected. */
interface TappedMessage {
  headers: HeaderList | null;
  readonly body: TapBody[];
  trailers: HeaderList | null;
}

class TappedStream {
  readonly request: TappedMessage = { headers: null, body: [], trailers: null };
  readonly response: TappedMessage = { headers: null, body: [], trailers: null };
  readonly #notes: string[] = [];

  constructor(
    readonly source: string,
    readonly mode: "buffered" | "streamed",
  ) {}

  add(trace: TapTrace & { readonly kind: "segment" }): void {
    const { piece } = trace;
    const side = this[piece.of];
    if (piece.part === "body") {
      side.body.push(piece.body);
    } else if (side[piece.part] === null) {
      side[piece.part] = piece.headers;
    } else if (!(piece.of === "response" && piece.part === "headers" && isInterim(side.headers))) {
      throw new RecordingError(
        "ERR_RECORDING_BAD_FIELD",
        `${trace.place}: has ${piece.of} ${piece.part} a second time for its trace_id`,
      );
    } else {
      side.headers = piece.headers;
    }
  }

  reasonToSkip(): string | null {
    const headers = this.request.headers;
    if (headers === null) return "the trace has no request headers";
    if (firstValue(headers, ":method") === "CONNECT") return "CONNECT streams are not replayed";
    return null;
  }

  toStream(id: string): RecordedStream {
    const recorded = this.#wellFormed(this.request.headers ?? [], REQUEST_PSEUDO_HEADERS, "request");
    const method = firstValue(recorded, ":method") ?? "";
    if (this.mode === "buffered") {
      this.#notes.push(
        "A buffered tap shows the headers as later filters left them; record with streaming: true.",
      );
    }
    return {
      id,
      source: this.source,
      protocol: protocolOf(this.request.headers ?? []),
      request: this.#message(
        this.request,
        pseudoHeadersFirst(recorded, REQUEST_PSEUDO_HEADERS),
        true,
        "request",
      ),
      response: this.#response(method),
      notes: this.#notes,
    };
  }

  #response(method: string): RecordedMessage | null {
    if (this.response.headers === null || isInterim(this.response.headers)) {
      this.#notes.push("The trace has no response.");
      return null;
    }
    const headers = this.#wellFormed(this.response.headers, [":status"], "response");
    const status = firstValue(headers, ":status") ?? "";
    if (!isFinalStatus(status))
      throw this.#bad("response", "has a :status that is no number from 200 to 999");
    const hasBody = responseHasBody(method, Number(status));
    return this.#message(this.response, pseudoHeadersFirst(headers, [":status"]), hasBody, "response");
  }

  #message(tapped: TappedMessage, headers: HeaderList, hasBody: boolean, of: string): RecordedMessage {
    const body = this.#body(tapped.body, headers, hasBody, of);
    const length = body.kind === "recorded" && hasBody ? lengthOf(body.chunks) : null;
    return {
      headers: length === null ? headers : withContentLength(headers, length),
      body,
      trailers: tapped.trailers,
    };
  }

  #body(pieces: readonly TapBody[], headers: HeaderList, hasBody: boolean, of: string): RecordedBody {
    const announced = hasBody ? announcedLength(headers) : null;
    if (pieces.some((piece) => piece.truncated)) {
      return {
        kind: "missing",
        size: announced,
        reason: "the tap cut it off: raise max_buffered_rx_bytes and max_buffered_tx_bytes",
      };
    }
    const chunks = pieces.map((piece) => piece.bytes).filter((bytes) => bytes.length > 0);
    const length = lengthOf(chunks);
    if (announced !== null && announced !== length) {
      if (!pieces.some((piece) => piece.form === "as_string")) {
        return {
          kind: "missing",
          size: announced,
          reason: `the stream was cut after ${length} of ${announced} bytes`,
        };
      }
      this.#notes.push(
        `The ${of}'s body is ${length} bytes where ${announced} were sent: as_string loses bytes; record with JSON_BODY_AS_BYTES.`,
      );
    }
    return { kind: "recorded", chunks };
  }

  #wellFormed(headers: HeaderList, pseudo: readonly string[], of: string): HeaderList {
    const problem = pseudoHeaderProblem(headers, pseudo);
    if (problem !== null) throw this.#bad(of, problem);
    return headers;
  }

  #bad(of: string, problem: string): RecordingError {
    return new RecordingError(
      "ERR_RECORDING_BAD_FIELD",
      `${this.source}: the ${of} of this trace ${problem}`,
    );
  }
}

/** A tap does not tell the protocol, but Envoy's HTTP/1 codec always makes pseudo headers in this order (abi.md F.1). */
function protocolOf(headers: HeaderList): RecordedStream["protocol"] {
  const order = headers.filter(([name]) => name.startsWith(":")).map(([name]) => name);
  return order.join() === REQUEST_PSEUDO_HEADERS.join() ? "HTTP/1.1" : "HTTP/2";
}

function isInterim(headers: HeaderList | null): boolean {
  return headers !== null && /^1\d\d$/.test(firstValue(headers, ":status") ?? "");
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
