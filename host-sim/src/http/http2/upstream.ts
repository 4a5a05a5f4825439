import { firstValue } from "../../byte-string.js";
import type { RecordedStream } from "../../recording/recorded-stream.js";
import type { EnvoyBehaviour } from "../../envoy-versions.js";
import { BodyBuffer } from "../body-buffer.js";
import { HeaderMap } from "../header-map.js";
import { protocolError, remoteReset } from "../upstream-reset.js";
import type { ResponseReceiver, UpstreamSide } from "../upstream-side.js";
import type { Http2Frame } from "./frame.js";
import { FrameRecorder } from "./frame-recorder.js";
import { type BlockProblem, trailersProblem, trailersTooEarly } from "./header-block.js";
import { pieces } from "./pieces.js";
import {
  isInterim,
  maximumResponseHeaderBytes,
  responseFields,
  responseHeadProblem,
} from "./response-head.js";

/** Codes of RST_STREAM (RFC 9113 §7). */
const noError = 0;
const protocolErrorCode = 1;
const internalError = 2;

/** An upstream of HTTP/2: one stream on a connection that is there already. */
export class Http2UpstreamSide implements UpstreamSide {
  readonly protocol = "HTTP/2";
  readonly broken = false;
  readonly got = new FrameRecorder();
  #pieces: (() => void)[] | null = null;
  /** Maybe interim ones. */
  #answered = false;
  #headersCame = false;
  /** What content-length says is still to come; null: it says nothing. */
  #announced: number | null = null;
  #responseComplete = false;
  #over = false;

  constructor(
    private readonly stream: RecordedStream,
    private readonly receiver: ResponseReceiver,
    private readonly behaviour: EnvoyBehaviour,
  ) {}

  headers(headers: HeaderMap, endStream: boolean): void {
    if (!this.#over) this.got.headers(headers, endStream);
  }

  data(data: BodyBuffer, endStream: boolean): void {
    if (!this.#over) this.got.data(data, endStream);
  }

  trailers(trailers: HeaderMap): void {
    if (!this.#over) this.got.trailers(trailers);
  }

  brokenOff(): void {
    if (this.#over || !this.started || (this.hasWholeRequest && this.#responseComplete)) return;
    this.#over = true;
    this.got.reset(this.behaviour.has("reset-codes") ? internalError : noError);
  }

  /** Envoy would say it with CONNECT, which the simulator does not: such options are refused. */
  readonly isTunnel = false;

  closeTunnel(): boolean {
    return false;
  }

  breakOff(): void {
    this.#over = true;
    this.#pieces = [];
  }

  get started(): boolean {
    return this.got.started;
  }

  get hasWholeRequest(): boolean {
    return this.got.ended;
  }

  get answered(): boolean {
    return this.#answered;
  }

  get headersCame(): boolean {
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

  #receive(frame: Http2Frame): void {
    // One piece is several frames when it is large, and the first may end the stream.
    if (this.#over) return;
    if (frame.type === "DATA") this.#receivePart(frame);
    if (frame.type !== "HEADERS") return;
    if (this.#headersCame) this.#receiveTrailers(frame);
    else this.#receiveHead(frame);
  }

  #receiveHead({ fields, endStream }: Extract<Http2Frame, { type: "HEADERS" }>): void {
    const requestMethod = firstValue(this.got.message?.headers ?? [], ":method") ?? "GET";
    const problem = responseHeadProblem(fields, { endStream, requestMethod });
    if (problem !== null) return this.#refuse(problem);
    this.#answered = true;
    if (isInterim(fields)) return this.receiver.interim(new HeaderMap("response headers", fields));
    this.#headersCame = true;
    this.#responseComplete = endStream;
    const length = firstValue(fields, "content-length");
    this.#announced = length === null ? null : Number(length);
    this.receiver.headers(new HeaderMap("response headers", responseFields(fields)), endStream);
  }

  #receivePart({ bytes, endStream }: Extract<Http2Frame, { type: "DATA" }>): void {
    if (!this.#headersCame) return this.#reset(protocolErrorCode);
    if (this.#announced !== null) {
      this.#announced -= bytes.length;
      if (this.#announced < 0 || (endStream && this.#announced > 0)) return this.#reset(protocolErrorCode);
    }
    const data = new BodyBuffer(bytes);
    this.#receiveData(data, endStream);
    data.takeAll();
  }

  #receiveTrailers({ fields }: Extract<Http2Frame, { type: "HEADERS" }>): void {
    const problem = trailersProblem(fields, maximumResponseHeaderBytes);
    if (problem !== null) return this.#refuse(problem);
    if (this.#announced !== null && this.#announced > 0) return this.#refuse(trailersTooEarly);
    this.#responseComplete = true;
    this.receiver.trailers(new HeaderMap("response trailers", fields));
  }

  #receiveData(data: BodyBuffer, endStream: boolean): void {
    this.#responseComplete ||= endStream;
    this.receiver.data(data, endStream);
  }

  #refuse({ kind }: BlockProblem): void {
    if (kind === "stream") return this.#reset(internalError);
    this.breakOff();
    this.receiver.lost(protocolError);
  }

  /** What Envoy resets for the size of its headers it takes for reset by the upstream. */
  #reset(code: number): void {
    this.got.reset(code);
    this.breakOff();
    this.receiver.lost(code === internalError ? remoteReset : protocolError);
  }
}
