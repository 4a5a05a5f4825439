import { HeaderMapType } from "../abi/enums.js";
import type { ByteString, HeaderList } from "../byte-string.js";
import { BodyBuffer } from "../http/body-buffer.js";
import { HeaderMap } from "../http/header-map.js";
import type { CalloutOwner } from "./callout-owner.js";

/** The four gRPC callbacks of a plugin, and what is readable while each of them runs (abi.md E.1). */
export class GrpcDelivery {
  #initialMetadata: HeaderMap | null = null;
  #trailingMetadata: HeaderMap | null = null;
  #message: BodyBuffer | null = null;

  constructor(private readonly owner: CalloutOwner) {}

  /** Map 4 or 5 during its callback. */
  map(type: HeaderMapType): HeaderMap | null {
    switch (type) {
      case HeaderMapType.GrpcReceiveInitialMetadata:
        return this.#initialMetadata;
      case HeaderMapType.GrpcReceiveTrailingMetadata:
        return this.#trailingMetadata;
      default:
        return null;
    }
  }

  /** Buffer 5 during its callback. */
  get buffer(): BodyBuffer | null {
    return this.#message;
  }

  initialMetadata(token: number, headers: HeaderList): void {
    const map = new HeaderMap("response headers", headers);
    this.#initialMetadata = map;
    this.owner.deliver("proxy_on_grpc_receive_initial_metadata", [token, map.size], () => {
      this.#initialMetadata = null;
    });
  }

  message(token: number, message: Uint8Array): void {
    this.#message = new BodyBuffer(message);
    this.owner.deliver("proxy_on_grpc_receive", [token, message.length], () => (this.#message = null));
  }

  trailingMetadata(token: number, trailers: HeaderList): void {
    const map = new HeaderMap("response trailers", trailers);
    this.#trailingMetadata = map;
    this.owner.deliver("proxy_on_grpc_receive_trailing_metadata", [token, map.size], () => {
      this.#trailingMetadata = null;
    });
  }

  close(token: number, code: number, message: ByteString): void {
    this.owner.setStatus(code, message);
    // The code stays, the text does not.
    this.owner.deliver("proxy_on_grpc_close", [token, code], () => this.owner.setStatus(code, ""));
  }
}
