// HMAC-SHA-256 (RFC 2104, FIPS 198-1).

import { encodeBytes } from "../abi/text";
import { BLOCK_SIZE, Sha256 } from "./sha256";

/** The HMAC-SHA-256 of `message` under `key`: 32 bytes. Compare it with `constantTimeEquals` only. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new HmacSha256(key).update(message).digest();
}

/** An HMAC-SHA-256 that is fed piece by piece. */
export class HmacSha256 {
  private inner: Sha256 = new Sha256();
  private outer: Sha256 = new Sha256();

  /** `key` may have any length; it is copied. */
  constructor(key: Uint8Array) {
    const block = new Uint8Array(BLOCK_SIZE);
    const short = key.length > BLOCK_SIZE ? new Sha256().update(key).digest() : key;
    memory.copy(block.dataStart, short.dataStart, <usize>short.length);
    xor(block, 0x36);
    this.inner.update(block);
    xor(block, 0x36 ^ 0x5c);
    this.outer.update(block);
  }

  /** Adds bytes of the message. */
  update(bytes: Uint8Array): this {
    this.inner.update(bytes);
    return this;
  }

  /** Adds the octets of a text. */
  updateText(text: string): this {
    return this.update(encodeBytes(text));
  }

  /** The 32 bytes of the code of all that was added. The object is used up. */
  digest(): Uint8Array {
    return this.outer.update(this.inner.digest()).digest();
  }
}

function xor(block: Uint8Array, mask: u8): void {
  for (let i = 0; i < block.length; ++i) unchecked((block[i] = unchecked(block[i]) ^ mask));
}
