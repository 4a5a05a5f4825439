/** What happens to a message after its headers callback (Envoy's FilterHeadersStatus, abi.md 2 and 8.2). */
export enum HeadersAction {
  /** The headers go on to the next filter. They can't be read or changed later. */
  Continue = 0,
  /**
   * The headers are held, the body callbacks go on: the first of them that continues releases both. This is
   * how to look at a body before anyone upstream sees anything.
   *
   * Envoy does this only where the plugin's configuration sets `allow_on_headers_stop_iteration: true` (say so in
   * filter.json). **Without that option it acts as `StopAllIterationAndWatermark`: no body callback ever comes, and
   * a request with a body hangs.** Return it only while the stream goes on (`endOfStream` is false): after the
   * end of the stream nothing releases it.
   */
  StopIterationHeadersOnly = 1,
  /** Headers and body are held, without callbacks, until resumed; a body over the buffer limit is answered 413. */
  StopAllIterationAndBuffer = 3,
  /** Headers and body are held, without callbacks, until resumed; at the buffer limit the peer is slowed down. */
  StopAllIterationAndWatermark = 4,
}

/** What happens to a piece of a body after its callback (Envoy's FilterDataStatus, abi.md 2 and 8.2). */
export enum BodyAction {
  /** What is held of the body, with this piece, goes on to the next filter; held headers go first. */
  Continue = 0,
  /**
   * The piece is held: the next callback sees everything held so far and its own piece. Beyond the buffer limit
   * (1 MiB for HTTP/1 unless configured) Envoy answers a request with 413 and a response with 500.
   */
  StopIterationAndBuffer = 1,
  /** The piece is held, and at the buffer limit the peer is slowed down. Callbacks see each piece alone. */
  StopIterationAndWatermark = 2,
  /** The piece is thrown away. */
  StopIterationNoBuffer = 3,
}

/** What happens after a trailers callback (Envoy's FilterTrailersStatus, abi.md 2). */
export enum TrailersAction {
  /** The trailers, and whatever is held of headers and body, go on to the next filter. */
  Continue = 0,
  /** Everything is held until resumed. */
  StopIteration = 1,
}
