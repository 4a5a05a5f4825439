import type { BodyBuffer } from "./body-buffer.js";
import type { ReceivedMessage } from "./codec.js";
import type { HeaderMap } from "./header-map.js";
import type { UpstreamReset } from "./upstream-reset.js";

/** Who gets the recorded response, piece by piece, as the codec at the upstream's end decodes it. */
export interface ResponseReceiver {
  /** 1xx, before the headers. */
  interim(headers: HeaderMap): void;
  headers(headers: HeaderMap, endStream: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
  /** It answers a handshake of WebSocket with something else: the headers are all that goes on. */
  handshakeFailed(headers: HeaderMap): void;
  /** What came is nothing that the codec takes, and no more comes. */
  lost(reset: UpstreamReset): void;
}

/** The upstream of one stream, and the codec at its end: it keeps what it gets, and sends the recorded response. */
export interface UpstreamSide {
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  headers(headers: HeaderMap, endStream: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
  /** Envoy has no more use for it. */
  brokenOff(): void;
  /** The headers of a request have come. */
  readonly started: boolean;
  readonly hasWholeRequest: boolean;
  /** What it got cannot be read. */
  readonly broken: boolean;
  /** Sends the next piece of its answer. False: there is nothing (more) to send. */
  sendNext(): boolean;
  /** Something has come of an answer, maybe an interim one. */
  readonly answered: boolean;
  /** The headers of the response have come. */
  readonly headersCame: boolean;
  /** Envoy has the whole response. */
  readonly responseComplete: boolean;
  /** It has said everything in a tunnel, and closes it. False: that is not so. */
  closeTunnel(): boolean;
  /** Its connection was a tunnel. */
  readonly isTunnel: boolean;
  /** It breaks off, and nothing more comes from it. */
  breakOff(): void;
  readonly got: ReceivedMessage;
}
