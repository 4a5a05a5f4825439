import type { RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import type { HttpMessage } from "../exchange.js";
import { HeaderMap } from "../header-map.js";
import type { ResponseReceiver, UpstreamSide } from "../upstream-side.js";
import type { Http2Frame } from "./frame.js";
import { FrameRecorder } from "./frame-recorder.js";
import { pieces } from "./pieces.js";

const internalError = 2;

/** An upstream of HTTP/2: one stream on a connection that is there already. */
export class Http2UpstreamSide implements UpstreamSide {
  readonly protocol = "HTTP/2";
  readonly broken = false;
  readonly #got = new FrameRecorder();
  #pieces: (() => void)[] | null = null;
  #headersCame = false;
  #responseComplete = false;
  #over = false;

  constructor(
    private readonly stream: RecordedStream,
    private readonly receiver: ResponseReceiver,
  ) {}

  headers(headers: HeaderMap, endStream: boolean): void {
    if (!this.#over) this.#got.headers(headers, endStream);
  }

  data(data: BodyBuffer, endStream: boolean): void {
    if (!this.#over) this.#got.data(data, endStream);
  }

  trailers(trailers: HeaderMap): void {
    if (!this.#over) this.#got.trailers(trailers);
  }

  brokenOff(): void {
    if (this.#over || !this.started || (this.hasWholeRequest && this.#responseComplete)) return;
    this.#over = true;
    this.#got.reset(internalError);
  }

  breakOff(): void {
    this.#over = true;
    this.#pieces = [];
  }

  get started(): boolean {
    return this.#got.started;
  }

  get hasWholeRequest(): boolean {
    return this.#got.ended;
  }

  get answered(): boolean {
    return this.#headersCame;
  }

  get responseComplete(): boolean {
    return this.#responseComplete;
  }

  sendNext(): boolean {
    if (this.stream.response === null || this.#over) return false;
    this.#pieces ??= pieces(this.stream, "response", {
      frame: (frame) => this.#receive(frame),
      missing: (data, endStream) => this.#receiveData(data, endStream),
    });
    const piece = this.#pieces.shift();
    piece?.();
    return piece !== undefined;
  }

  get message(): HttpMessage | null {
    return this.#got.message;
  }

  get bytes(): Uint8Array {
    return this.#got.bytes;
  }

  #receive(frame: Http2Frame): void {
    // One piece is several frames when it is large, and the first may end the stream.
    if (this.#over) return;
    if (frame.type === "DATA") {
      const data = new BodyBuffer(frame.bytes);
      this.#receiveData(data, frame.endStream);
      data.takeAll();
      return;
    }
    if (frame.type !== "HEADERS") return;
    this.#responseComplete ||= frame.endStream;
    if (this.#headersCame) {
      this.receiver.trailers(new HeaderMap("response trailers", frame.fields));
      return;
    }
    this.#headersCame = true;
    this.receiver.headers(new HeaderMap("response headers", frame.fields), frame.endStream);
  }

  #receiveData(data: BodyBuffer, endStream: boolean): void {
    this.#responseComplete ||= endStream;
    this.receiver.data(data, endStream);
  }
}
