import * as sharedData from "../abi/shared-data";
import { Status } from "../abi/status";
import { fail, Failure, succeeded } from "../context/failure";
import { SharedData } from "./shared-data";

/**
 * Adding is tried again for each write of another thread in between. Every such write is progress of that
 * thread, so this many in a row is a key that something else keeps overwriting.
 */
const ATTEMPTS: u32 = 1000;

/**
 * A number that all threads add to without losing an addition: a value of the shared data, 8 bytes,
 * little-endian, that begins at 0. It costs two host calls an addition; for what is only shown to an operator
 * use a metric `Counter`.
 */
export class SharedCounter {
  /** `key`: of the shared data (see `SharedData`). Creating a counter touches nothing. */
  constructor(
    /** Where the number is kept. */
    readonly key: string,
  ) {}

  /**
   * Adds `by`, which may be negative, and gives the number after it; it wraps at 64 bits. `otherwise`:
   * nothing was added, since the key holds something that is no counter, or the host refused.
   */
  add(by: i64 = 1, otherwise: i64 = -1): i64 {
    return counted(sharedData.add(this.key, by, SharedData.ABSENT, ATTEMPTS)) ? sharedData.sum : otherwise;
  }

  /** The number now; 0 before the first addition. `otherwise`: the key holds something that is no counter. */
  get(otherwise: i64 = -1): i64 {
    const status = sharedData.getNumber(this.key);
    if (status == Status.NotFound) return 0;
    return counted(status) ? sharedData.sum : otherwise;
  }

  /** Sets the number, whatever it is. False: the host refused. */
  set(value: i64): bool {
    return succeeded(sharedData.setNumber(this.key, value));
  }
}

function counted(status: Status): bool {
  if (status == Status.ParseFailure) return fail(Failure.NoSharedCounter);
  if (status == Status.CasMismatch) return fail(Failure.SharedDataContended);
  return succeeded(status);
}
