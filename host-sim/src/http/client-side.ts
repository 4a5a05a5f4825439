import type { BodyBuffer } from "./body-buffer.js";
import type { ReceivedMessage, RequestTraits } from "./codec.js";
import type { HeaderMap } from "./header-map.js";
import type { LocalReplySpec } from "./stream-filter.js";

/** Who gets a recorded request, piece by piece, as the codec at the client's end decodes it. */
export interface RequestReceiver {
  headers(headers: HeaderMap, endStream: boolean, about: RequestTraits): void;
  /** Envoy itself answers. `headers` is what the log shows of the request. */
  rejected(reply: LocalReplySpec, headers: HeaderMap, flags: number, complete: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
  /** The codec breaks off in the middle of a request that it had begun to pass on. */
  malformed(details: string, flags: number): void;
  /** The codec breaks off before it has passed anything on: there never was a stream. */
  refused(explanation: string): void;
}

/** The client of one stream, and the codec at its end: it sends the recorded request, and keeps what it gets. */
export interface ClientSide {
  /** Sends the next piece. False: everything was sent. */
  sendNext(): boolean;
  /** 1xx, before the response. */
  interim(headers: HeaderMap): void;
  headers(headers: HeaderMap, endStream: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
  /** Envoy ends the stream: in the middle of a response, or before the whole request has come. */
  brokenOff(why: "reset" | "request not needed" | "request no good"): void;
  /** The client has a whole response. */
  readonly complete: boolean;
  /** The response has no other end than that of the connection. */
  readonly endsWithConnection: boolean;
  /** What it got cannot be read. */
  readonly broken: boolean;
  readonly got: ReceivedMessage;
}
