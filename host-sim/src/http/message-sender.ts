import type { ByteString, HeaderList } from "../byte-string.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { BodyBuffer } from "./body-buffer.js";
import { Http1Decoder, type StartLine } from "./http1-decoder.js";
import { encodeHead, encodeRequest, encodeResponse } from "./recorded-wire.js";

/** Who gets a recorded message, piece by piece, as Envoy's codec would decode it. */
export interface MessageReceiver {
  /** Of the request that a response answers. */
  readonly requestMethod?: ByteString;
  headers(line: StartLine, fields: HeaderList, endStream: boolean): void;
  data(data: BodyBuffer): void;
  end(trailers: HeaderList | null): void;
}

/**
 * Sends a recorded message through the codec, one write at a time. A body that the recording lacks comes as one
 * buffer that stands for it.
 */
export class MessageSender {
  readonly #steps: (() => void)[] = [];

  constructor(
    stream: RecordedStream,
    direction: "request" | "response",
    readLimit: number,
    private readonly receiver: MessageReceiver,
  ) {
    const body = stream[direction]?.body;
    let hasBody = false;
    const decoder = new Http1Decoder(
      {
        kind: direction,
        ...(receiver.requestMethod === undefined ? {} : { requestMethod: receiver.requestMethod }),
      },
      {
        headers: (line, fields, endStream) => {
          hasBody = !endStream;
          receiver.headers(line, fields, endStream);
        },
        data: (bytes) => {
          const data = new BodyBuffer(bytes);
          receiver.data(data);
          // The codec drops what nobody took; a filter that still points at it finds it empty.
          data.takeAll();
        },
        end: (trailers) => receiver.end(trailers),
        error: (reason) => {
          throw new Error(
            `${stream.source}: the ${direction} cannot be read back from its own bytes: ${reason}`,
          );
        },
      },
    );
    if (body?.kind === "missing") {
      this.#steps.push(
        () => decoder.read(encodeHead(stream, direction)),
        () => {
          if (hasBody) this.#sendMissing(BodyBuffer.missing(body), stream[direction]?.trailers ?? null);
        },
      );
      return;
    }
    const [head, ...writes] = direction === "request" ? encodeRequest(stream) : encodeResponse(stream);
    for (const bytes of [
      head ?? new Uint8Array(),
      ...writes.flatMap((write) => splitReads(write, readLimit)),
    ]) {
      this.#steps.push(() => decoder.read(bytes));
    }
  }

  /** False when everything was sent. */
  sendNext(): boolean {
    const step = this.#steps.shift();
    step?.();
    return step !== undefined;
  }

  #sendMissing(data: BodyBuffer, trailers: HeaderList | null): void {
    this.receiver.data(data);
    this.receiver.end(trailers);
  }
}

/** Envoy reads at most its buffer limit at once (abi.md F.2). */
function splitReads(bytes: Uint8Array, limit: number): Uint8Array[] {
  if (bytes.length <= limit) return [bytes];
  const reads: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += limit) reads.push(bytes.subarray(start, start + limit));
  return reads;
}
