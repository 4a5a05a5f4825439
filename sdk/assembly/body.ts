import * as buffer from "./abi/buffer";
import * as result from "./abi/result";
import { BufferType, Status } from "./abi/status";

/**
 * The bytes of a body that the host holds right now: in a body callback the piece that just arrived or, while the
 * body is being held, everything so far; in a trailers callback the held rest (abi.md 8.2). Elsewhere it is empty.
 *
 * Changing it does not change `content-length`: remove that header in the headers callback of the same message, or hold
 * the headers and set it to the new size.
 */
@unmanaged
export class Body {
  /** Which buffer. An instance is static memory that holds just this number. */
  private buffer: u32;

  /** How many bytes are held now. */
  get size(): u32 {
    return buffer.length(this.buffer);
  }

  /** A copy of all bytes held now. */
  bytes(): Uint8Array {
    return this.slice(0, <u32>buffer.END);
  }

  /** A copy of at most `length` bytes from `start`, as many as are there. */
  slice(start: u32, length: u32): Uint8Array {
    if (buffer.read(this.buffer, start, length) != Status.Ok) return new Uint8Array(0);
    return result.bytes();
  }

  /** All bytes as text; bytes that are not UTF-8 survive as lone surrogates U+DC80–U+DCFF. */
  text(): string {
    if (buffer.read(this.buffer, 0, buffer.END) != Status.Ok) return "";
    return result.text();
  }

  /** Puts `data` in place of everything held. False: there is no body to change here. */
  replace(data: Uint8Array): bool {
    return buffer.splice(this.buffer, 0, buffer.END, data) == Status.Ok;
  }

  /** Puts `text`, as UTF-8, in place of everything held. False: there is no body to change here. */
  replaceText(text: string): bool {
    return buffer.spliceText(this.buffer, 0, buffer.END, text) == Status.Ok;
  }

  /** Puts `data` in front of what is held. False: there is no body to change here. */
  prepend(data: Uint8Array): bool {
    return buffer.splice(this.buffer, 0, 0, data) == Status.Ok;
  }

  /** Puts `data` behind what is held. False: there is no body to change here. */
  append(data: Uint8Array): bool {
    return buffer.splice(this.buffer, buffer.END, 0, data) == Status.Ok;
  }

  /** Removes everything held. False: there is no body to change here. */
  clear(): bool {
    return this.replace(new Uint8Array(0));
  }
}

/** The request's body. */
export const requestBody = changetype<Body>(memory.data<u32>([BufferType.HttpRequestBody]));
/** The response's body. */
export const responseBody = changetype<Body>(memory.data<u32>([BufferType.HttpResponseBody]));
