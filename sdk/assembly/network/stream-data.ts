import * as buffer from "../abi/buffer";
import * as result from "../abi/result";
import { BufferType, Status } from "../abi/status";
import { Failure, fail } from "../context/failure";

/**
 * The bytes of one direction of a connection that the host holds right now: what just arrived and, after `StopIteration`, all that was held
 * before it. How the peer cut its bytes into packets says nothing about its messages: a callback may see half a message, several, or
 * nothing (abi.md 9). Outside its own callback it is empty.
 */
@unmanaged
export class StreamData {
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

  /** Puts `data` in place of everything held. False: see `lastFailure()`. */
  replace(data: Uint8Array): bool {
    return wrote(buffer.splice(this.buffer, 0, buffer.END, data), this.buffer);
  }

  /** Puts `data` in front of what is held. False: see `lastFailure()`. */
  prepend(data: Uint8Array): bool {
    return wrote(buffer.splice(this.buffer, 0, 0, data), this.buffer);
  }

  /** Puts `data` behind what is held. False: see `lastFailure()`. */
  append(data: Uint8Array): bool {
    return wrote(buffer.splice(this.buffer, buffer.END, 0, data), this.buffer);
  }

  /** Removes the first `length` bytes, or all when there are fewer. False: see `lastFailure()`. */
  drop(length: u32): bool {
    // With length 0 the host would take the call for a prepend of nothing, which is right too.
    return wrote(buffer.spliceText(this.buffer, 0, length, ""), this.buffer);
  }
}

function wrote(status: Status, type: u32): bool {
  return status == Status.Ok || fail(Failure.BodyUnwritable, type);
}

/** From the client. */
export const downstreamData = changetype<StreamData>(memory.data<u32>([BufferType.NetworkDownstreamData]));
/** From the upstream. */
export const upstreamData = changetype<StreamData>(memory.data<u32>([BufferType.NetworkUpstreamData]));
