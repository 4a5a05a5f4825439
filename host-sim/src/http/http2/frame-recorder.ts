import { toBytes } from "../../byte-string.js";
import type { BodyBuffer, MissingBytes } from "../body-buffer.js";
import type { HttpMessage } from "../exchange.js";
import type { HeaderMap } from "../header-map.js";
import type { Http2Frame } from "./frame.js";
import { framesText } from "./frames-text.js";
import { messageOfFrames } from "./message.js";

/** The largest payload of a frame that every peer takes (RFC 9113 §6.5.2). */
const maximumFrame = 16_384;

/** The end of a chain that writes HTTP/2: it keeps the frames that Envoy makes of what it is given. Nothing follows the end of the stream. */
export class FrameRecorder {
  readonly #frames: Http2Frame[] = [];
  #missing: MissingBytes | null = null;
  #ended = false;

  headers(headers: HeaderMap, endStream: boolean): void {
    if (this.#ended) return;
    this.#end(endStream);
    this.#frames.push({ type: "HEADERS", fields: [...headers.pairs], endStream });
  }

  /** An empty piece is no frame, unless it is the end. */
  data(data: BodyBuffer, endStream: boolean): void {
    if (this.#ended) return;
    this.#end(endStream);
    this.#missing ??= data.missingBytes;
    const bytes = data.takeAll();
    for (let start = 0; start < bytes.length; start += maximumFrame) {
      const last = start + maximumFrame >= bytes.length;
      const part = bytes.subarray(start, start + maximumFrame);
      this.#frames.push({ type: "DATA", bytes: part, endStream: endStream && last });
    }
    if (bytes.length === 0 && endStream) this.#frames.push({ type: "DATA", bytes, endStream });
  }

  trailers(trailers: HeaderMap): void {
    // Nothing left of them: the stream ends with an empty frame.
    if (trailers.size === 0 && !this.#ended) {
      this.#end(true);
      this.#frames.push({ type: "DATA", bytes: new Uint8Array(), endStream: true });
      return;
    }
    this.headers(trailers, true);
  }

  reset(code: number): void {
    this.#frames.push({ type: "RST_STREAM", code });
  }

  get started(): boolean {
    return this.#frames.length > 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get message(): HttpMessage | null {
    const message = messageOfFrames(this.#frames);
    if (message === null || this.#missing === null) return message;
    return { ...message, body: { kind: "missing", ...this.#missing } };
  }

  get bytes(): Uint8Array {
    return toBytes(framesText(this.#frames));
  }

  #end(endStream: boolean): void {
    this.#ended ||= endStream;
  }
}
