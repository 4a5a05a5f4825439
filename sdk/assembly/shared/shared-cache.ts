import * as sharedData from "../abi/shared-data";
import { Status } from "../abi/status";
import { fail, Failure, succeeded } from "../context/failure";
import { currentTimeNanoseconds } from "../time";

const MILLISECOND: u64 = 1_000_000;

/**
 * Values of the shared data that expire: tokens, keys, answers of other services. All VMs of the same `vm_id`
 * share them, on all threads (see `SharedData`, whose keys these are: a key belongs to one of the two).
 *
 * The time of expiry, 8 bytes, is stored in front of the value and compared with the wall clock, so a value
 * outlives its time when the clock is set back. An expired value keeps its memory until the key is written
 * again: the host deletes nothing.
 */
export abstract class SharedCache {
  /** A value as bytes; null when the key is absent or its value has expired. */
  static get(key: string): Uint8Array | null {
    return fresh(key) ? sharedData.expiringBytes() : null;
  }

  /** A value as text; null when the key is absent or its value has expired. */
  static getText(key: string): string | null {
    return fresh(key) ? sharedData.expiringText() : null;
  }

  /** Writes a value that expires after `milliseconds`, whatever is there. False: the host refused. */
  static set(key: string, value: Uint8Array, milliseconds: u64): bool {
    return succeeded(sharedData.setExpiring(key, expiry(milliseconds), value));
  }

  /** Writes a text that expires after `milliseconds`, whatever is there. False: the host refused. */
  static setText(key: string, value: string, milliseconds: u64): bool {
    return succeeded(sharedData.setExpiringText(key, expiry(milliseconds), value));
  }

  /** Lets a value expire now and gives its memory back but for a few bytes. False: the host refused. */
  static expire(key: string): bool {
    return succeeded(sharedData.setExpiringText(key, 0, ""));
  }
}

function fresh(key: string): bool {
  const now = currentTimeNanoseconds();
  const status = sharedData.get(key);
  // Without a clock nothing is known to be fresh.
  if (status == Status.Ok) return now != 0 && sharedData.expiry() > now;
  // An absent key is no failure.
  return status != Status.NotFound && fail(Failure.Host, status);
}

function expiry(milliseconds: u64): u64 {
  const now = currentTimeNanoseconds();
  const most = (u64.MAX_VALUE - now) / MILLISECOND;
  return now + min(milliseconds, most) * MILLISECOND;
}
