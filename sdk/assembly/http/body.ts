import * as buffer from "../abi/buffer";
import * as result from "../abi/result";
import { BufferType, Status } from "../abi/status";
import { Failure, fail } from "../context/failure";
import { noteNothingRead } from "./body-window";
import { bodyChanged, mayChange } from "./content-length";

/**
 * The bytes of a body that the host holds right now: in a body callback the piece that just arrived or, while the
 * body is being held, everything so far; in a trailers callback the held rest (abi.md 8.2). Elsewhere it is empty, and `lastFailure()` says so after it was read.
 *
 * `collectRequestBody` and `collectResponseBody` give the whole body at once and keep `content-length` right. In the callbacks for single
 * pieces it is yours: a piece that changes its size needs `content-length` removed in the headers callback of the same message.
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
    return this.read(start, length) ? result.bytes() : new Uint8Array(0);
  }

  /** All bytes as text; bytes that are not UTF-8 survive as lone surrogates U+DC80–U+DCFF. */
  text(): string {
    return this.read(0, <u32>buffer.END) ? result.text() : "";
  }

  /** Puts `data` in place of everything held. False: there is no body to change here; see `lastFailure()`. */
  replace(data: Uint8Array): bool {
    return mayChange(this.buffer) && this.wrote(buffer.splice(this.buffer, 0, buffer.END, data));
  }

  /** Puts `text`, as UTF-8, in place of everything held. False: there is no body to change here; see `lastFailure()`. */
  replaceText(text: string): bool {
    return mayChange(this.buffer) && this.wrote(buffer.spliceText(this.buffer, 0, buffer.END, text));
  }

  /** Puts `data` in front of what is held. False: there is no body to change here; see `lastFailure()`. */
  prepend(data: Uint8Array): bool {
    return mayChange(this.buffer) && this.wrote(buffer.splice(this.buffer, 0, 0, data));
  }

  /** Puts `data` behind what is held. False: there is no body to change here; see `lastFailure()`. */
  append(data: Uint8Array): bool {
    return mayChange(this.buffer) && this.wrote(buffer.splice(this.buffer, buffer.END, 0, data));
  }

  /** Removes everything held. False: there is no body to change here; see `lastFailure()`. */
  clear(): bool {
    return this.replaceText("");
  }

  private read(start: u32, length: u32): bool {
    const some = buffer.read(this.buffer, start, length) == Status.Ok && result.size() > 0;
    if (!some) noteNothingRead(this.buffer);
    return some;
  }

  private wrote(status: Status): bool {
    if (status != Status.Ok) return fail(Failure.BodyUnwritable, this.buffer);
    bodyChanged(this.buffer);
    return true;
  }
}

/** A number that no buffer has. */
const NO_BUFFER: u32 = 9;

/** The request's body. */
export const requestBody = changetype<Body>(memory.data<u32>([BufferType.HttpRequestBody]));
/** The response's body. */
export const responseBody = changetype<Body>(memory.data<u32>([BufferType.HttpResponseBody]));
/** The body of the answer to an HTTP call; it can only be read. */
export const callBody = changetype<Body>(memory.data<u32>([BufferType.HttpCallResponseBody]));
/** What a stream has that can't be reached now. */
export const noBody = changetype<Body>(memory.data<u32>([NO_BUFFER]));
