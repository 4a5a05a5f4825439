import { Context } from "../context/context";
import { Headers } from "../http/headers";
import { GrpcStatus } from "./grpc-status";
import { GrpcStream } from "./grpc-stream";

/** What receives what a stream brings. Extend `GrpcStreamHandler`. */
export abstract class GrpcStreamReceiver {
  /** Calls `onInitialMetadata`. @internal */
  abstract receiveInitialMetadata(owner: Context, stream: GrpcStream, metadata: Headers): void;
  /** Calls `onMessage`. @internal */
  abstract receiveMessage(owner: Context, stream: GrpcStream, message: Uint8Array): void;
  /** Calls `onTrailingMetadata`. @internal */
  abstract receiveTrailingMetadata(owner: Context, stream: GrpcStream, metadata: Headers): void;
  /** Calls `onClose`. @internal */
  abstract receiveClose(owner: Context, stream: GrpcStream, status: GrpcStatus, message: string): void;

  /**
   * The HTTP stream or connection that opened this stream is gone. It is cancelled unless this is overridden; if it is left open, what
   * still comes is dropped.
   */
  onOwnerGone(stream: GrpcStream): void {
    stream.cancel();
  }
}

/**
 * The handler of a gRPC stream (abi.md E.1); `T` is the class of the filter or plugin that opened it. The order is: initial metadata,
 * messages, trailing metadata, close. A failure before the server answered has all but the messages. After `stream.cancel()` nothing comes.
 */
export abstract class GrpcStreamHandler<T extends Context> extends GrpcStreamReceiver {
  /** The server's response headers, `:status` among them; empty when there are none. Readable only here. */
  onInitialMetadata(owner: T, stream: GrpcStream, metadata: Headers): void {}

  /** A message: its protobuf bytes. */
  abstract onMessage(owner: T, stream: GrpcStream, message: Uint8Array): void;

  /** The server's trailers. Readable only here. */
  onTrailingMetadata(owner: T, stream: GrpcStream, metadata: Headers): void {}

  /** The stream has ended; `message` is what the server, or Envoy, said about a failure. */
  onClose(owner: T, stream: GrpcStream, status: GrpcStatus, message: string): void {}

  receiveInitialMetadata(owner: Context, stream: GrpcStream, metadata: Headers): void {
    this.onInitialMetadata(owner as T, stream, metadata);
  }

  receiveMessage(owner: Context, stream: GrpcStream, message: Uint8Array): void {
    this.onMessage(owner as T, stream, message);
  }

  receiveTrailingMetadata(owner: Context, stream: GrpcStream, metadata: Headers): void {
    this.onTrailingMetadata(owner as T, stream, metadata);
  }

  receiveClose(owner: Context, stream: GrpcStream, status: GrpcStatus, message: string): void {
    this.onClose(owner as T, stream, status, message);
  }
}
