/** A gRPC message on the wire: not compressed, length, octets. */
export function grpcFrame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Takes messages out of bytes that come in any pieces. */
export class GrpcMessages {
  #bytes = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** Null until the next one is whole. */
  next(): Buffer | null {
    if (this.#bytes.length < 5) return null;
    const end = 5 + this.#bytes.readUInt32BE(1);
    if (this.#bytes.length < end) return null;
    const message = this.#bytes.subarray(5, end);
    this.#bytes = this.#bytes.subarray(end);
    return message;
  }
}
