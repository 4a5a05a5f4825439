import { cancel } from "../abi/grpc";
import { succeeded } from "../context/failure";
import { takeGrpcCall } from "./pending-grpc";

/** A unary call on its way. */
export class GrpcCall {
  /** `GrpcService.call` makes one. @internal */
  constructor(private token: u32) {}

  /** Ends it: its handler is not called. False: it has ended already. */
  cancel(): bool {
    return takeGrpcCall(this.token) !== null && succeeded(cancel(this.token));
  }
}
