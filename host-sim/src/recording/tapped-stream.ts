import { firstValue, type HeaderList } from "../byte-string.js";
import { announcedLength, bodyLength, isChunked, responseHasBody, withContentLength } from "./framing.js";
import {
  isFinalStatus,
  pseudoHeaderProblem,
  pseudoHeadersFirst,
  REQUEST_PSEUDO_HEADERS,
} from "./header-field.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedMessage, RecordedStream } from "./recorded-stream.js";
import type { TapBody, TapTrace } from "./tap-trace.js";

/** One direction while its pieces are collected. */
interface TappedMessage {
  headers: HeaderList | null;
  readonly body: TapBody[];
  trailers: HeaderList | null;
}

/** The pieces of one trace, and the recorded stream that they make. */
export class TappedStream {
  readonly request: TappedMessage = { headers: null, body: [], trailers: null };
  readonly response: TappedMessage = { headers: null, body: [], trailers: null };
  readonly #notes: string[] = [];

  constructor(
    readonly source: string,
    readonly mode: "buffered" | "streamed",
  ) {}

  add(trace: TapTrace & { readonly kind: "segment" }): void {
    const { piece } = trace;
    if (piece === null) return;
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
    const protocol = protocolOf(recorded);
    const headers = pseudoHeadersFirst(recorded, REQUEST_PSEUDO_HEADERS);
    return {
      id,
      source: this.source,
      protocol,
      request: this.#framedRequest(this.#message(this.request, headers, true, "request"), protocol),
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

  /** Envoy drops transfer-encoding from requests before any filter runs; without it there is no body on HTTP/1.1. */
  #framedRequest(message: RecordedMessage, protocol: RecordedStream["protocol"]): RecordedMessage {
    const { headers, body, trailers } = message;
    const ends = announcedLength(headers) !== null || isChunked(headers) || protocol === "HTTP/2";
    if (ends || (body.kind === "recorded" && body.chunks.length === 0 && trailers === null)) return message;
    this.#notes.push("The request had no content-length, so it was chunked: transfer-encoding is added.");
    return { ...message, headers: [...headers, ["transfer-encoding", "chunked"]] };
  }

  #message(tapped: TappedMessage, headers: HeaderList, hasBody: boolean, of: string): RecordedMessage {
    const body = this.#body(tapped.body, hasBody ? announcedLength(headers) : null, of);
    const fits = body.kind === "missing" || !hasBody;
    return {
      headers: fits ? headers : withContentLength(headers, bodyLength(body.chunks)),
      body,
      trailers: tapped.trailers,
    };
  }

  #body(pieces: readonly TapBody[], announced: number | null, of: string): RecordedBody {
    const missing = (reason: string): RecordedBody => ({ kind: "missing", size: announced, reason });
    if (pieces.some((piece) => piece.truncated)) {
      return missing("the tap cut it off: raise max_buffered_rx_bytes and max_buffered_tx_bytes");
    }
    const chunks = pieces.map((piece) => piece.bytes).filter((bytes) => bytes.length > 0);
    const length = bodyLength(chunks);
    if (pieces.some((piece) => piece.form === "as_string")) {
      const sent =
        announced === null || announced === length
          ? ""
          : ` ${announced} bytes were sent, ${length} recorded;`;
      this.#notes.push(
        `The ${of}'s body was tapped as a string, which loses bytes that are not UTF-8;${sent} record with JSON_BODY_AS_BYTES.`,
      );
    } else if (announced !== null && announced !== length) {
      return missing(`the stream was cut after ${length} of ${announced} bytes`);
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
