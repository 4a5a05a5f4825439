/** What a collected body is wanted for. */
export enum BodyUse {
  /** It is read. Headers and body go on as they came; the headers before the body is known. */
  Read = 0,
  /**
   * It may be changed. Its headers go on before it is known, so `content-length` is removed from them: over HTTP/1 the body is
   * sent chunked.
   */
  Change = 1,
  /**
   * It is read, and its headers wait for it: nobody behind this filter sees anything of what is refused.
   *
   * Needs `allow_on_headers_stop_iteration: true` in Envoy's configuration (`allowOnHeadersStopIteration` in filter.json). **Without
   * it no body ever arrives, and the exchange hangs** (abi.md 8.2).
   */
  ReadHeld = 2,
  /** It may be changed, its headers wait for it as in `ReadHeld`, and `content-length` is set to its new size. */
  ChangeHeld = 3,
}
