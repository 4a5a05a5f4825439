import { beforeEach, describe, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";

const source = `
import { SharedData, SharedUpdate } from "as-proxy-wasm-sdk/assembly/shared/shared-data";
import { SharedCounter } from "as-proxy-wasm-sdk/assembly/shared/shared-counter";
import { SharedCache } from "as-proxy-wasm-sdk/assembly/shared/shared-cache";
import { encodeBytes, decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import { lastFailure } from "as-proxy-wasm-sdk/assembly/context/failure";

function text(bytes: Uint8Array): string { return decodeRange(bytes, 0, bytes.length); }

export function get(key: string): string | null { return SharedData.getText(key); }
export function version(key: string): u32 {
  const value = SharedData.get(key);
  return value === null ? 0 : value.version;
}
export function set(key: string, value: string): bool { return SharedData.set(key, encodeBytes(value)); }
export function compareAndSet(key: string, value: string, version: u32): bool {
  return SharedData.compareAndSetText(key, value, version);
}
export function setIfAbsent(key: string, value: string): bool {
  return SharedData.compareAndSet(key, encodeBytes(value), SharedData.ABSENT);
}
export function append(key: string, attempts: u32): bool {
  return SharedData.update(key, (current: Uint8Array | null): Uint8Array | null =>
    encodeBytes((current === null ? "" : text(current)) + "x"), attempts);
}
class Append extends SharedUpdate {
  constructor(private what: string) { super(); }
  next(current: Uint8Array | null): Uint8Array | null {
    return current !== null && text(current).includes(this.what) ? null
      : encodeBytes((current === null ? "" : text(current)) + this.what);
  }
}
export function appendOnce(key: string, what: string): bool { return SharedData.updateWith(key, new Append(what)); }

const counter = new SharedCounter("counter");
export function add(by: i32): i64 { return counter.add(by); }
export function count(): i64 { return counter.get(); }
export function setCount(value: i32): bool { return counter.set(value); }

export function cache(key: string, value: string, milliseconds: u64): bool {
  return SharedCache.setText(key, value, milliseconds);
}
export function cacheBytes(key: string, value: string, milliseconds: u64): bool {
  return SharedCache.set(key, encodeBytes(value), milliseconds);
}
export function cached(key: string): string | null { return SharedCache.getText(key); }
export function cachedBytes(key: string): string | null {
  const value = SharedCache.get(key);
  return value === null ? null : text(value);
}
export function expire(key: string): bool { return SharedCache.expire(key); }
export function failure(): string { return lastFailure(); }
`;

const MILLISECOND = 1_000_000n;

/** A host that keeps data as Envoy does (abi.md 7.2). */
class Data {
  readonly values = new Map<string, { bytes: Buffer; version: number }>();
  time = 1_700_000_000_000n * MILLISECOND;
  /** Called between a read and what the guest does with it: another thread. */
  meanwhile: (key: string) => void = () => {};
  private versions = 0;

  write(key: string, value: string | Buffer): void {
    this.values.set(key, { bytes: Buffer.from(value as string), version: ++this.versions });
  }

  text(key: string): string | undefined {
    return this.values.get(key)?.bytes.toString();
  }
}

let data: Data;
let guest: ScriptedGuest;
const text = (value: string): number => guest.__newString(value);
const read = (pointer: number): string | null => (pointer === 0 ? null : guest.__getString(pointer));
const failure = (): string => guest.__getString(guest["failure"]!());

beforeEach(async () => {
  const host = (data = new Data());
  guest = await runWithHost(source, (memory) => ({
    proxy_get_shared_data(key: number, keySize: number, value: number, size: number, version: number) {
      const name = memory.readText(key, keySize);
      const entry = host.values.get(name);
      if (entry === undefined) return 1;
      memory.give(entry.bytes, value, size);
      memory.writeU32(version, entry.version);
      host.meanwhile(name);
      return 0;
    },
    proxy_set_shared_data(key: number, keySize: number, value: number, size: number, version: number) {
      const name = memory.readText(key, keySize);
      const entry = host.values.get(name);
      if (version !== 0 && entry !== undefined && entry.version !== version >>> 0) return 8;
      host.write(name, memory.read(value, size));
      return 0;
    },
    proxy_get_current_time_nanoseconds(out: number) {
      memory.writeU64(out, host.time);
      return 0;
    },
  }));
});

describe("shared data", () => {
  it("are absent, empty or there", () => {
    expect(read(guest["get"]!(text("key")))).toBeNull();
    expect(guest["version"]!(text("key"))).toBe(0);
    expect(failure()).toBe("");
    expect(guest["set"]!(text("key"), text(""))).toBe(1);
    expect(read(guest["get"]!(text("key")))).toBe("");
    expect(guest["set"]!(text("key"), text("väl"))).toBe(1);
    expect(read(guest["get"]!(text("key")))).toBe("väl");
    expect(guest["version"]!(text("key"))).toBe(2);
  });

  it("are written only over the version that was read", () => {
    guest["set"]!(text("key"), text("first"));
    const version = guest["version"]!(text("key"));
    data.write("key", "another thread's");
    expect(guest["compareAndSet"]!(text("key"), text("second"), version)).toBe(0);
    expect(failure()).toBe("the host answered CasMismatch");
    expect(data.text("key")).toBe("another thread's");
    expect(guest["compareAndSet"]!(text("key"), text("second"), guest["version"]!(text("key")))).toBe(1);
    expect(data.text("key")).toBe("second");
  });

  it("are not written over whatever is there by a version of 0, which to the host means just that", () => {
    data.write("key", "value");
    expect(guest["compareAndSet"]!(text("key"), text("new"), 0)).toBe(0);
    expect(data.text("key")).toBe("value");
  });

  it("are made by one of those who find them absent", () => {
    expect(guest["setIfAbsent"]!(text("key"), text("mine"))).toBe(1);
    expect(guest["setIfAbsent"]!(text("key"), text("yours"))).toBe(0);
    expect(data.text("key")).toBe("mine");
  });
});

describe("an update", () => {
  it("begins with nothing and goes on with what is there", () => {
    expect(guest["append"]!(text("key"), 10)).toBe(1);
    expect(guest["append"]!(text("key"), 10)).toBe(1);
    expect(data.text("key")).toBe("xx");
  });

  it("starts over when another thread wrote in between", () => {
    data.write("key", "a");
    let races = 3;
    data.meanwhile = (key) => {
      if (races-- > 0) data.write(key, `${data.text(key)}b`);
    };
    expect(guest["append"]!(text("key"), 10)).toBe(1);
    expect(data.text("key")).toBe("abbbx");
  });

  it("gives up after so many attempts, and changes nothing", () => {
    data.write("key", "a");
    data.meanwhile = (key) => data.write(key, "b");
    expect(guest["append"]!(text("key"), 10)).toBe(0);
    expect(data.text("key")).toBe("b");
    expect(failure()).toBe(
      "other threads wrote this key in between, each time it was tried: nothing was changed",
    );
  });

  it("may carry something, and leave the value alone", () => {
    expect(guest["appendOnce"]!(text("key"), text("abc"))).toBe(1);
    const { version } = data.values.get("key")!;
    expect(guest["appendOnce"]!(text("key"), text("b"))).toBe(1);
    expect(data.values.get("key")).toEqual({ bytes: Buffer.from("abc"), version });
  });
});

describe("a shared counter", () => {
  it("begins at 0 and counts in 8 little-endian bytes", () => {
    expect(guest["count"]!()).toBe(0n);
    expect(guest["add"]!(300)).toBe(300n);
    expect(guest["add"]!(-1)).toBe(299n);
    expect(guest["count"]!()).toBe(299n);
    expect([...data.values.get("counter")!.bytes]).toEqual([0x2b, 1, 0, 0, 0, 0, 0, 0]);
    expect(guest["setCount"]!(-2)).toBe(1);
    expect(guest["add"]!(0)).toBe(-2n);
  });

  it("loses no addition of another thread", () => {
    guest["setCount"]!(0);
    let races = 500;
    data.meanwhile = (key) => {
      if (races-- <= 0) return;
      const sum = Buffer.alloc(8);
      sum.writeBigInt64LE(data.values.get(key)!.bytes.readBigInt64LE() + 1n);
      data.write(key, sum);
    };
    expect(guest["add"]!(10)).toBe(510n);
  });

  it("leaves alone what is no counter", () => {
    data.write("counter", "seven");
    expect(guest["add"]!(1)).toBe(-1n);
    expect(guest["count"]!()).toBe(-1n);
    expect(data.text("counter")).toBe("seven");
    expect(failure()).toBe("this key of the shared data holds something that is no counter");
  });
});

describe("a cached value", () => {
  it.each(["cache", "cacheBytes"])("is there until its time has come (%s)", (write) => {
    expect(guest[write]!(text("token"), text("abc"), 1000n)).toBe(1);
    expect(read(guest["cached"]!(text("token")))).toBe("abc");
    data.time += 999n * MILLISECOND;
    expect(read(guest["cachedBytes"]!(text("token")))).toBe("abc");
    data.time += MILLISECOND;
    expect(read(guest["cached"]!(text("token")))).toBeNull();
    expect(read(guest["cachedBytes"]!(text("token")))).toBeNull();
  });

  it("may be empty, which is not absent", () => {
    guest["cache"]!(text("token"), text(""), 1000n);
    expect(read(guest["cached"]!(text("token")))).toBe("");
    expect(read(guest["cached"]!(text("other")))).toBeNull();
  });

  it("may be kept for longer than time lasts", () => {
    guest["cache"]!(text("token"), text("abc"), 2n ** 64n - 1n);
    data.time += 10_000_000_000n * MILLISECOND;
    expect(read(guest["cached"]!(text("token")))).toBe("abc");
  });

  it("is not there when the host does not tell the time", () => {
    guest["cache"]!(text("token"), text("abc"), 1000n);
    data.time = 0n;
    expect(read(guest["cached"]!(text("token")))).toBeNull();
  });

  it("can be expired, which frees its memory", () => {
    guest["cache"]!(text("token"), text("abc"), 1000n);
    expect(guest["expire"]!(text("token"))).toBe(1);
    expect(read(guest["cached"]!(text("token")))).toBeNull();
    expect(data.values.get("token")!.bytes.length).toBe(8);
  });

  it.each(["", "seven b", "\0\0\0\0\0\0\0\0rest"])("is not what something else stored there: %j", (value) => {
    data.write("token", value);
    expect(read(guest["cached"]!(text("token")))).toBeNull();
    expect(read(guest["cachedBytes"]!(text("token")))).toBeNull();
  });
});
