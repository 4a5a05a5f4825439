import { fromBytes, toBytes, type ByteString, type HeaderList } from "../byte-string.js";
import type { RecordedBody } from "../recording/recorded-stream.js";
import type { BodyBuffer, MissingBytes } from "./body-buffer.js";
import type { HttpMessage } from "./exchange.js";
import type { HeaderMap } from "./header-map.js";
import { Http1Encoder } from "./http1-encoder.js";

/** The end of a chain that writes HTTP/1.1 and remembers the message it wrote. */
export class MessageRecorder {
  readonly #encoder: Http1Encoder;
  readonly #wire: ByteString[] = [];
  readonly #chunks: Uint8Array[] = [];
  #headers: HeaderList | null = null;
  #trailers: HeaderList | null = null;
  #missing: MissingBytes | null = null;
  #ended = false;

  constructor(
    kind: "request" | "response",
    options: { readonly answersHead?: boolean },
    private readonly onWrite: (bytes: Uint8Array) => void = () => undefined,
  ) {
    const write = (text: ByteString) => {
      this.#wire.push(text);
      this.onWrite(toBytes(text));
    };
    this.#encoder = new Http1Encoder(write, { kind, ...options });
  }

  headers(headers: HeaderMap, endStream: boolean): void {
    this.#headers = [...headers.pairs];
    this.#ended = endStream;
    this.#encoder.headers(headers.pairs, endStream);
  }

  data(data: BodyBuffer, endStream: boolean): void {
    this.#missing ??= data.missingBytes;
    this.#ended = endStream;
    const bytes = data.takeAll();
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#encoder.data(fromBytes(bytes), endStream);
  }

  trailers(trailers: HeaderMap): void {
    this.#trailers = [...trailers.pairs];
    this.#ended = true;
    this.#encoder.trailers(trailers.pairs);
  }

  /** Bytes that are no part of the message, such as an interim response. */
  raw(text: ByteString): void {
    this.#wire.push(text);
  }

  get bytes(): Uint8Array {
    return toBytes(this.#wire.join(""));
  }

  /** Everything was written, though the bytes of a missing body could not be. */
  get endedWithoutBody(): boolean {
    return this.#ended && this.#missing !== null;
  }

  get message(): HttpMessage | null {
    if (this.#headers === null) return null;
    const body: RecordedBody =
      this.#missing === null
        ? { kind: "recorded", chunks: this.#chunks }
        : { kind: "missing", ...this.#missing };
    return { headers: this.#headers, body, trailers: this.#trailers };
  }
}
