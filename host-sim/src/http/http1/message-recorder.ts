import { fromBytes, toBytes, type ByteString, type HeaderList } from "../../byte-string.js";
import type { RecordedBody } from "../../recording/recorded-stream.js";
import type { BodyBuffer, MissingBytes } from "../body-buffer.js";
import type { MessageRecorder } from "../codec.js";
import type { HttpMessage } from "../exchange.js";
import { fieldName } from "../field-name.js";
import type { HeaderMap } from "../header-map.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { hasLineBreak, Http1Decoder, type Http1DecoderOptions } from "./decoder.js";
import { Http1Encoder } from "./encoder.js";

type Write =
  | { readonly kind: "headers"; readonly headers: HeaderList; readonly endStream: boolean }
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly endStream: boolean }
  | { readonly kind: "trailers"; readonly trailers: HeaderList };

/** What the receiver waits for behind the head. */
type Awaited = "nothing" | "the last chunk" | "a length" | "see the bytes";

/** What the receiver made of the bytes. */
type Reading = "incomplete" | "complete" | "broken";

/** The end of a chain that writes HTTP/1.1. What the receiver makes of it follows from the head, or, where a filter damaged it, from reading the bytes. */
export class Http1MessageRecorder implements MessageRecorder {
  #interim: ByteString = "";
  #headers: HeaderList | null = null;
  readonly #writes: Write[] = [];
  #trailers: HeaderList | null = null;
  #missing: MissingBytes | null = null;
  #ended = false;
  #awaited: Awaited = "see the bytes";
  #remaining = 0;
  #hadLastChunk = false;
  #isTunnel = false;
  /** Of the bytes written so far, when they had to be read. */
  #reading: Reading | null = null;

  constructor(private readonly options: Http1DecoderOptions) {}

  headers(headers: HeaderMap, endStream: boolean): void {
    const pairs = [...headers.pairs];
    // A filter can make Envoy send the same request twice (abi.md 12.15); whoever reads it has the first by then.
    if (this.#headers === null) this.#awaited = this.#awaitedBehind(pairs, endStream);
    else if (!this.complete) this.#awaited = "see the bytes";
    this.#isTunnel = this.options.kind === "response" && asksForUpgrade(pairs);
    this.#headers = pairs;
    this.#ended = endStream;
    this.#write({ kind: "headers", headers: pairs, endStream });
  }

  data(data: BodyBuffer, endStream: boolean): void {
    this.#missing ??= data.missingBytes;
    this.#ended = endStream;
    if (endStream) this.#hadLastChunk = true;
    const bytes = data.takeAll();
    this.#remaining -= bytes.length;
    if (bytes.length > 0 || endStream) this.#write({ kind: "data", bytes, endStream });
  }

  trailers(trailers: HeaderMap): void {
    const pairs = [...trailers.pairs];
    this.#trailers = pairs;
    this.#ended = true;
    if (!this.complete && !isReadable(pairs)) this.#awaited = "see the bytes";
    this.#hadLastChunk = true;
    this.#write({ kind: "trailers", trailers: pairs });
  }

  interim(headers: HeaderMap): void {
    new Http1Encoder((text) => (this.#interim += text), { kind: "response" }).headers(headers.pairs, false);
  }

  get bytes(): Uint8Array {
    let wire = this.#interim;
    this.#encode((text) => (wire += text));
    return toBytes(wire);
  }

  get complete(): boolean {
    switch (this.#awaited) {
      case "nothing":
        return true;
      case "a length":
        return this.#remaining <= 0;
      case "the last chunk":
        return this.#hadLastChunk;
      case "see the bytes":
        return this.#read() === "complete";
    }
  }

  get broken(): boolean {
    return this.#awaited === "see the bytes" && this.#read() === "broken";
  }

  /** It is over when the connection is. */
  get endsWithConnection(): boolean {
    return this.#isTunnel;
  }

  get endedWithoutBody(): boolean {
    return this.#ended && this.#missing !== null;
  }

  get message(): HttpMessage | null {
    if (this.#headers === null) return null;
    const body: RecordedBody =
      this.#missing === null
        ? { kind: "recorded", chunks: this.#chunks() }
        : { kind: "missing", ...this.#missing };
    return { headers: this.#headers, body, trailers: this.#trailers };
  }

  #chunks(): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (const write of this.#writes)
      if (write.kind === "data" && write.bytes.length > 0) chunks.push(write.bytes);
    return chunks;
  }

  #write(write: Write): void {
    this.#writes.push(write);
    this.#reading = null;
  }

  /** How the message ends for its receiver, with the framing that Envoy's codec adds (abi.md F.1). */
  #awaitedBehind(headers: HeaderList, endStream: boolean): Awaited {
    let length: ByteString | null = null;
    let path: ByteString = "";
    let method: ByteString = "";
    let status = 200;
    for (const [name, value] of headers) {
      if (name === "transfer-encoding" || hasLineBreak(value)) return "see the bytes";
      if (name === "content-length") length = value;
      else if (name === ":path") path = value;
      else if (name === ":method") method = value;
      else if (name === ":status") status = Number(value);
      else if (!name.startsWith(":") && !fieldName(name).isToken) return "see the bytes";
    }
    if (this.options.kind === "request") {
      if (asksForUpgrade(headers)) return "nothing";
      if (!/^\S+$/.test(path) || !/^\S+$/.test(method)) return "see the bytes";
    } else {
      if (!(status >= 200 && status <= 999)) return "see the bytes";
      if (status === 204 || status === 304 || this.options.requestMethod === "HEAD") return "nothing";
    }
    if (length === null) return endStream ? "nothing" : "the last chunk";
    if (!/^\d{1,15}$/.test(length)) return "see the bytes";
    this.#remaining = Number(length);
    return "a length";
  }

  #read(): Reading {
    return (this.#reading ??= this.#decode());
  }

  #decode(): Reading {
    let isBroken = false;
    const nothing = () => undefined;
    const decoder = new Http1Decoder(this.options, {
      headers: nothing,
      data: nothing,
      end: nothing,
      error: () => (isBroken = true),
    });
    this.#encode((text) => decoder.read(toBytes(text)));
    if (isBroken) return "broken";
    return decoder.complete ? "complete" : "incomplete";
  }

  #encode(write: (text: ByteString) => void): void {
    const { kind, requestMethod } = this.options;
    const encoder = new Http1Encoder(write, { kind, answersHead: requestMethod === "HEAD" });
    for (const one of this.#writes) {
      if (one.kind === "headers") encoder.headers(one.headers, one.endStream);
      else if (one.kind === "data") encoder.data(fromBytes(one.bytes), one.endStream);
      else encoder.trailers(one.trailers);
    }
  }
}

function isReadable(fields: HeaderList): boolean {
  for (const [name, value] of fields) if (!fieldName(name).isToken || hasLineBreak(value)) return false;
  return true;
}
