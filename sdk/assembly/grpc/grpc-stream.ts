import { cancel, halfClose, send } from "../abi/grpc";
import { Failure, fail, succeeded } from "../context/failure";
import { takeGrpcStream } from "./pending-grpc";

/** An open gRPC stream. Messages may be sent from the moment it is opened. */
export class GrpcStream {
  private sending: bool = true;
  private open: bool = true;

  /** `GrpcService.stream` makes one. @internal */
  constructor(private token: u32) {}

  /** Whether its handler may still be called. */
  get isOpen(): bool {
    return this.open;
  }

  /** Sends a message's protobuf bytes; with `endOfStream` it is the last. False: this side is closed. */
  send(message: Uint8Array, endOfStream: bool = false): bool {
    // Behind the end the host says that all is well, and loses the message.
    if (!this.sending) return fail(Failure.GrpcStreamClosed);
    if (endOfStream) this.sending = false;
    return succeeded(send(this.token, message, endOfStream));
  }

  /** Closes this side: the server learns that no more messages come, and may still send its own. False: it is closed. */
  close(): bool {
    if (!this.sending) return fail(Failure.GrpcStreamClosed);
    this.sending = false;
    return succeeded(halfClose(this.token));
  }

  /** Resets the stream: its handler is not called any more. False: it has ended already. */
  cancel(): bool {
    if (!this.open) return fail(Failure.GrpcStreamClosed);
    this._end();
    takeGrpcStream(this.token);
    return succeeded(cancel(this.token));
  }

  /** It has ended. @internal */
  _end(): void {
    this.open = false;
    this.sending = false;
  }
}
