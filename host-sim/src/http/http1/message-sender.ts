import type { RecordedMessage, RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import type { BodyEvents, MessageSender } from "../codec.js";
import { trim } from "./decoder.js";
import { bodyReads, type BodyRead, type FramedMessage } from "./recorded-wire.js";

/**
 * Sends a recorded message as Envoy's codec reads it from HTTP/1.1: the head, then one read at a time. A body that the
 * recording lacks comes as one buffer that stands for it.
 */
export class Http1MessageSender implements MessageSender {
  #headSent = false;
  #hasBody = false;
  #nextRead = 0;
  readonly #reads: readonly BodyRead[];

  constructor(
    stream: RecordedStream,
    private readonly message: RecordedMessage,
    { framing }: FramedMessage,
    readLimit: number,
    /** Hands the head on; true when a body follows that the receiver reads. */
    private readonly head: () => boolean,
    private readonly events: BodyEvents,
  ) {
    this.#reads = framing === "no body" ? [] : bodyReads(stream, message, framing, readLimit);
  }

  sendNext(): boolean {
    if (!this.#headSent) {
      this.#headSent = true;
      this.#hasBody = this.head();
      return true;
    }
    const { body, trailers } = this.message;
    if (body.kind === "missing" && this.#nextRead === 0) {
      this.#nextRead = 1;
      if (!this.#hasBody) return true;
      this.events.data(BodyBuffer.missing(body));
      this.events.end(trailers);
      return true;
    }
    const read = this.#reads[this.#nextRead];
    if (read === undefined) return false;
    this.#nextRead += 1;
    if (this.#hasBody) this.#send(read, trailers);
    return true;
  }

  #send({ bytes, isLast }: BodyRead, trailers: RecordedMessage["trailers"]): void {
    if (bytes.length > 0) {
      const data = new BodyBuffer(bytes);
      this.events.data(data);
      // The codec drops what nobody took; a filter that still points at it finds it empty.
      data.takeAll();
    }
    if (!isLast) return;
    const fields = (trailers ?? []).map(([name, value]) => [name, trim(value)] as const);
    this.events.end(fields.length > 0 ? fields : null);
  }
}
