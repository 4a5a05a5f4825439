/** What happens after a callback of a connection (Envoy's FilterStatus, abi.md 2 and 9). */
export enum NetworkAction {
  /** What is held of this direction, with what just arrived, goes on. */
  Continue = 0,
  /**
   * It is held: the next callback of this direction sees everything so far. For data from upstream that next callback is the only
   * way on: the host can't resume it (abi.md 9).
   */
  StopIteration = 1,
}

/** Who closed a connection (abi.md 2). */
export enum ClosedBy {
  /** The host does not say: always so for the upstream in Envoy 1.40 (abi.md 9). */
  Unknown = 0,
  /** This proxy. */
  Proxy = 1,
  /** The client or the upstream. */
  Peer = 2,
}
