import type { Http2Frame } from "../http/http2/frame.js";
import type { UpstreamPort } from "./upstream-port.js";

/** What the upstream answers a stream's requests with. */
export interface UpstreamAnswer<Piece = Uint8Array | Http2Frame> {
  /** One write or one frame each; null: never answers. */
  readonly pieces: readonly Piece[] | null;
  /** Whether it closes the connection after the answer. */
  readonly close: boolean;
}

/** What one connection brought during one stream, or one stream over HTTP/2. */
export interface UpstreamConnection {
  /** HTTP/2: the frames as text. */
  readonly bytes: string;
  /** Over HTTP/2. */
  readonly frames?: readonly Http2Frame[];
  /** Whether Envoy had closed the connection when the stream was over. */
  readonly closed: boolean;
}

/** An upstream that keeps exactly what it receives, stream by stream, and answers with recorded pieces, apart from each other. */
export interface Upstream {
  /** Where Envoy connects to. */
  readonly door: UpstreamPort;
  /**
   * From now on requests belong to a new stream. They are answered when they are complete, or step by step: by
   * `sendNext` alone, until `release`.
   */
  begin(answer: UpstreamAnswer, manner: "when complete" | "step by step"): void;
  /** Sends the next piece of the answer, as soon as there is a request. False: there is none, or nothing more to send. */
  sendNext(): Promise<boolean>;
  /** Breaks the request off. */
  reset(): Promise<void>;
  /** The steps are over: the rest of the answer comes when the request is complete. */
  release(): void;
  /** What arrived since `begin`. Nothing of it may reach the next stream. */
  end(): Promise<UpstreamConnection[]>;
  stop(): Promise<void>;
}

/** Every request of the side listener has this path and is no part of a stream. */
export const SIDE_PATH = "/side-listener";

/** How long a step of the upstream waits for the request that it answers. */
export const REQUEST_WAIT_MS = 500;
