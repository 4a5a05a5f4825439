import { fromBytes, type ByteString } from "../byte-string.js";
import { UnimplementedHostCallError } from "../errors.js";
import { MessageFields } from "../foreign/arguments.js";
import { EnvoyCrash } from "../http/exchange-signals.js";

/** Where a gRPC call goes. A name may be unknown at once (4), a message's cluster only when it is called (10). */
export interface GrpcTarget {
  readonly form: "name" | "message";
  readonly cluster: ByteString;
}

/**
 * The bytes are a serialised `GrpcService`, and only when they are none, the name of a cluster. Names that happen to be
 * a message without a target are the end of Envoy (abi.md E.1).
 */
export function grpcTarget(service: Uint8Array): GrpcTarget {
  const message = MessageFields.parse(service, []);
  const envoyGrpc = message?.has(1) ? MessageFields.parse(message.bytes(1), [1, 2]) : null;
  if (message === null || (message.has(1) && envoyGrpc === null))
    return { form: "name", cluster: fromBytes(service) };
  if (message.has(2)) throw new UnimplementedHostCallError("a gRPC function with google_grpc");
  if (envoyGrpc === null) {
    throw new EnvoyCrash(
      "the target of a gRPC call is neither a serialised GrpcService with a cluster nor a name that cannot be mistaken for one",
    );
  }
  return { form: "message", cluster: fromBytes(envoyGrpc.bytes(1)) };
}
