import * as result from "../abi/result";
import * as sharedData from "../abi/shared-data";
import { Status } from "../abi/status";
import { fail, Failure, succeeded } from "../context/failure";

/** How often a change is tried while others write in between. */
const ATTEMPTS: u32 = 100;

/** A value of the shared data and the version it has. */
export class SharedValue {
  /** `SharedData.get` makes one. @internal */
  constructor(
    /** A copy of the value; empty when there are no bytes. */
    readonly bytes: Uint8Array,
    /** What `SharedData.compareAndSet` compares. Every write of any key gives a number that no other has. */
    readonly version: u32,
  ) {}
}

/**
 * How `SharedData.updateWith` changes a value: an object of a class of yours, which may have fields, unlike
 * the function that `SharedData.update` takes.
 */
export abstract class SharedUpdate {
  /**
   * The new value, made from the current one (null: there is none). Null leaves it as it is. It is called
   * again with what is there then whenever another thread wrote in between, so it must do nothing but
   * compute.
   */
  abstract next(current: Uint8Array | null): Uint8Array | null;
}

/**
 * Values under keys that all VMs of the same `vm_id` share, on all threads of this Envoy (abi.md 7.2). They
 * live until the last such VM goes; there is no way to list keys or to delete one, so take keys from a
 * bounded set, or write something short. Plugins whose `vm_id` is the same, or empty, see each other's keys:
 * begin them with the filter's name.
 *
 * `onConfigure` runs once a thread and once more to try the configuration out: a value set there is set
 * several times.
 *
 * Between a `get` and a `set` other threads write. What depends on the value before belongs into `update`, or
 * a `SharedCounter`.
 */
export abstract class SharedData {
  /** Instead of a version: the key must not be there. */
  static readonly ABSENT: u32 = 0xffffffff;

  /** A value and its version; null when the key is absent. An empty value is no bytes. */
  static get(key: string): SharedValue | null {
    return found(key) ? new SharedValue(result.bytes(), sharedData.version()) : null;
  }

  /** A value as bytes; null when the key is absent. */
  static getBytes(key: string): Uint8Array | null {
    return found(key) ? result.bytes() : null;
  }

  /** A value as text; null when the key is absent. */
  static getText(key: string): string | null {
    return found(key) ? result.text() : null;
  }

  /** Writes a value, whatever is there. False: the host refused. */
  static set(key: string, value: Uint8Array): bool {
    return succeeded(sharedData.set(key, value, 0));
  }

  /** Writes a text, whatever is there. False: the host refused. */
  static setText(key: string, value: string): bool {
    return succeeded(sharedData.setText(key, value, 0));
  }

  /**
   * Writes a value if the one there still has this version, or with `ABSENT` if there is none. False: another
   * thread was faster, or `version` is 0, which no value has.
   */
  static compareAndSet(key: string, value: Uint8Array, version: u32): bool {
    return written(version == 0 ? Status.CasMismatch : sharedData.set(key, value, version));
  }

  /**
   * Writes a text if the value there still has this version, or with `ABSENT` if there is none. False:
   * another thread was faster, or `version` is 0.
   */
  static compareAndSetText(key: string, value: string, version: u32): bool {
    return written(version == 0 ? Status.CasMismatch : sharedData.setText(key, value, version));
  }

  /**
   * Changes a value so that no other thread's change is lost: `next` makes the new value from the current one
   * (null: there is none; null back: leave it), again whenever another thread wrote in between, at most
   * `attempts` times. The function cannot use variables around it (AssemblyScript has no closures): see
   * `updateWith`.
   *
   * False: others were faster each time, or the host refused; nothing was changed.
   */
  static update(
    key: string,
    next: (current: Uint8Array | null) => Uint8Array | null,
    attempts: u32 = ATTEMPTS,
  ): bool {
    return SharedData.updateWith(key, new FunctionUpdate(next), attempts);
  }

  /**
   * Changes a value as `update` does, with an object that may carry what the change depends on. False:
   * others were faster each of the `attempts` times, or the host refused.
   */
  static updateWith(key: string, update: SharedUpdate, attempts: u32 = ATTEMPTS): bool {
    for (; attempts > 0; --attempts) {
      const status = sharedData.get(key);
      if (status != Status.Ok && status != Status.NotFound) return succeeded(status);
      const absent = status == Status.NotFound;
      const version = absent ? SharedData.ABSENT : sharedData.version();
      const next = update.next(absent ? null : result.bytes());
      if (next === null) return true;
      const answer = sharedData.set(key, next, version);
      if (answer != Status.CasMismatch) return succeeded(answer);
    }
    return fail(Failure.SharedDataContended);
  }
}

class FunctionUpdate extends SharedUpdate {
  constructor(private readonly change: (current: Uint8Array | null) => Uint8Array | null) {
    super();
  }

  next(current: Uint8Array | null): Uint8Array | null {
    return this.change(current);
  }
}

function found(key: string): bool {
  const status = sharedData.get(key);
  // An absent key is no failure.
  return status == Status.Ok || (status != Status.NotFound && fail(Failure.Host, status));
}

function written(status: u32): bool {
  return succeeded(status);
}
