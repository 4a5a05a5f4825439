import type { HeaderList } from "../byte-string.js";
import type { BodyBuffer } from "./body-buffer.js";
import type { HttpMessage } from "./exchange.js";
import type { HeaderMap } from "./header-map.js";
import type { LocalReplySpec } from "./stream-filter.js";

/*
 * A protocol at one end of Envoy. Recorded messages come in as the maps and bodies that a codec of Envoy would make of
 * them, what leaves the filters is recorded with what its receiver could make of it. Bytes are made when somebody asks.
 */

/** Sends a recorded message piece by piece: its headers, then one read of its body at a time. */
export interface MessageSender {
  /** False when everything was sent. */
  sendNext(): boolean;
}

export interface BodyEvents {
  data(data: BodyBuffer): void;
  /** The message is complete; it had a body, maybe an empty one. */
  end(trailers: HeaderList | null): void;
}

export interface RequestEvents extends BodyEvents {
  /** The request as the connection manager gets it. `endStream`: it has no body. */
  headers(headers: HeaderMap, endStream: boolean, traits: RequestTraits): void;
  /** Envoy answers the request itself. */
  rejected(rejection: Rejection, endStream: boolean): void;
}

export interface RequestTraits {
  /** The client wants to hear 100 before it sends the body. */
  readonly expectsContinue: boolean;
  /** It closes the connection after the response. */
  readonly closes: boolean;
}

export interface ResponseEvents extends BodyEvents {
  headers(status: number, headers: HeaderMap, endStream: boolean): void;
  /** The answer grants no tunnel where one was asked for: its body is dropped. */
  handshakeFailed(status: number, headers: HeaderMap): void;
  /** The answer breaks a limit of Envoy's, which replies in its place. */
  rejected(): void;
}

/** A request that Envoy answers itself before any filter gets it; filters see it in `proxy_on_log` alone. */
export interface Rejection {
  readonly kind: "malformed" | "refused" | "upgrade";
  readonly reply: LocalReplySpec;
  /** What the log shows of the request. */
  readonly headers: HeaderMap;
}

/** What came to one end. It knows nothing of the stream, so that who keeps it keeps nothing else. */
export interface ReceivedMessage {
  /** Null before the headers. */
  readonly message: HttpMessage | null;
  /** Encoded when it is read; over HTTP/2 the frames as text. */
  readonly bytes: Uint8Array;
}

/** The end of a chain: keeps the message that left it, and knows what its receiver makes of it. */
export interface MessageRecorder extends ReceivedMessage {
  headers(headers: HeaderMap, endStream: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
  /** 1xx, which is no part of the message. */
  interim(headers: HeaderMap): void;
  /** The receiver has the whole message, as far as it can tell. */
  readonly complete: boolean;
  /** What the receiver got is nothing that it can read. */
  readonly broken: boolean;
  /** Everything was written, though the bytes of a missing body could not be. */
  readonly endedWithoutBody: boolean;
}
