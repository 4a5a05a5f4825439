import { Context } from "../context/context";
import { GrpcStatus } from "./grpc-status";

/** The end of a unary call. */
export class GrpcResponse {
  /** A handler is given its response. @internal */
  constructor(
    /** `Ok` when the server answered; Envoy says `Unavailable` for a timeout and for a server that is not there. */
    readonly status: GrpcStatus,
    /** What the server, or Envoy, said about a failure; "" for `Ok`. */
    readonly message: string,
    /** The answer's protobuf bytes; empty for a failure. */
    readonly body: Uint8Array,
  ) {}

  /** Whether the server answered with the status `Ok`. */
  get ok(): bool {
    return this.status == GrpcStatus.Ok;
  }
}

/** What receives the end of a unary call. Extend `GrpcCallHandler`, or use `GrpcCallback`. */
export abstract class GrpcCallReceiver {
  /** Calls the author's handler. @internal */
  abstract receive(owner: Context, response: GrpcResponse): void;

  /** The stream or plugin that made the call is gone: the answer comes too late. Does nothing unless overridden. */
  onOwnerGone(response: GrpcResponse): void {}
}

/** The handler of a unary call, as an object that can hold what it needs; `T` is the class of the filter or plugin that made the call. */
export abstract class GrpcCallHandler<T extends Context> extends GrpcCallReceiver {
  /** The call has ended, one way or another: look at `response.status`. */
  abstract onResponse(owner: T, response: GrpcResponse): void;

  receive(owner: Context, response: GrpcResponse): void {
    this.onResponse(owner as T, response);
  }
}

/** The handler of a unary call, as a function that captures nothing. */
export class GrpcCallback<T extends Context> extends GrpcCallHandler<T> {
  /**
   * `call` gets the filter or plugin that made the call, and the answer; it cannot use variables around it.
   */
  constructor(private call: (owner: T, response: GrpcResponse) => void) {
    super();
  }

  onResponse(owner: T, response: GrpcResponse): void {
    this.call(owner, response);
  }
}
