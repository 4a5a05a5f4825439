/** The status codes of gRPC. */
export enum GrpcStatus {
  /** Success. */
  Ok = 0,
  /** The call was cancelled, usually by the caller. */
  Cancelled = 1,
  /** An error that nobody knows more about; also an answer that is not gRPC. */
  Unknown = 2,
  /** The arguments are wrong whatever the state of the server. */
  InvalidArgument = 3,
  /**
   * The time was over before the call was. Envoy itself says `Unavailable` for its own timeout (abi.md
   * E.1).
   */
  DeadlineExceeded = 4,
  /** What was asked for does not exist. */
  NotFound = 5,
  /** What was to be made exists. */
  AlreadyExists = 6,
  /** The caller, who is known, may not do this. */
  PermissionDenied = 7,
  /** A quota or a space is used up. */
  ResourceExhausted = 8,
  /** The server is not in the state that the call needs; do not try again before it is. */
  FailedPrecondition = 9,
  /** A conflict with another call, such as a failed transaction: try the whole of it again. */
  Aborted = 10,
  /** Behind the end of what there is. */
  OutOfRange = 11,
  /** The server has no such method. */
  Unimplemented = 12,
  /** Something that must not happen in the server did. */
  Internal = 13,
  /** The server cannot be reached, or not now: try again later. */
  Unavailable = 14,
  /** Data are lost or damaged for good. */
  DataLoss = 15,
  /** The call has no valid credentials. */
  Unauthenticated = 16,
}
