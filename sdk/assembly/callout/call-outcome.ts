/** How an HTTP call ended (abi.md 7.4). */
export enum CallOutcome {
  /** The upstream answered; its status may be any. */
  Answered,
  /** The time given to `HttpRequest.timeout` passed. */
  Timeout,
  /** No connection, or it broke before an answer began. */
  Unreachable,
  /** The answer broke off, or was larger than Envoy's limit. */
  Reset,
  /** A retry could not be sent. */
  NotSent,
}
