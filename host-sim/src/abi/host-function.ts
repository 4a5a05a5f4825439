import type { VersionDifferenceId } from "../envoy-versions.js";
import type { ByteString } from "../byte-string.js";
import type { ValueType, Signature } from "../module/wasm-module.js";
import type { MisuseRuleId } from "../source/misuse-rules.js";
import { Status } from "./enums.js";
import type { GuestMemory } from "./guest-memory.js";
import type { HostContext } from "./host-context.js";

export type AbiVersion = "0.1.0" | "0.2.0" | "0.2.1";

/** What a host function reaches of the VM that called it. */
export interface HostCall {
  readonly memory: GuestMemory;
  readonly abiVersion: AbiVersion;
  /** Which functions may be called now: null for all; any other call traps (abi.md 3.2). */
  readonly restriction: ((row: HostFunction) => boolean) | null;
  /** The effective context of the call (abi.md 3.4). */
  readonly context: HostContext;
  /** The one whose callback runs, whatever is in effect. */
  readonly currentContext: HostContext;
  /** Envoy's level of the wasm logger as a number; 6 is off. */
  readonly logLevel: number;
  readonly environment: ReadonlyMap<string, string>;
  wallClockNanoseconds(): bigint;
  monotonicNanoseconds(): bigint;
  /** Random bytes, the same for the same seed of the process. */
  random(size: number): Uint8Array;
  setEffectiveContext(id: number): Status;
  /** Whatever the callback that runs returns, its stream stops. */
  stopIteration(): void;
  /** Memory of the guest, from its own allocator; 0 when it has none. */
  allocate(size: number): number;
  /** The guest broke a rule with the call that runs. */
  misused(rule: MisuseRuleId, hostFunction: string): void;
  /** A trace line of the host's own. */
  trace(line: string): void;
}

/** A value of the guest: i32 as a number, i64 as a signed bigint. */
export type GuestValue = number | bigint;

/** A function of the guest, or one that it imports. */
export type GuestCall = (...args: GuestValue[]) => GuestValue | void;

/** One row of the table of host functions. */
export interface HostFunction {
  readonly module: "env" | "wasi_snapshot_preview1" | "wasi_unstable";
  readonly name: string;
  readonly signature: Signature;
  readonly versions: readonly AbiVersion[];
  /** Releases of Envoy without this behaviour do not register it. */
  readonly since?: VersionDifferenceId;
  /** The plugin may not use it. */
  readonly isRestricted?: true;
  /** Null: registered so that modules load, but not modelled. */
  readonly implementation: Implementation | null;
}

/** Gets i32 arguments as unsigned numbers. A function with a result returns it. */
export type Implementation = (call: HostCall, ...args: never[]) => number | void;

export const everyVersion: readonly AbiVersion[] = ["0.1.0", "0.2.0", "0.2.1"];
export const sinceVersion020: readonly AbiVersion[] = ["0.2.0", "0.2.1"];

/** A function of module `env`: parameters as letters (`i` = i32, `l` = i64), one i32 as result (abi.md, appendix A). */
export function env(
  name: string,
  params: string,
  implementation: Implementation | null,
  versions: readonly AbiVersion[] = everyVersion,
): HostFunction {
  return {
    module: "env",
    name,
    signature: { params: letters(params), results: ["i32"] },
    versions,
    implementation,
  };
}

export function letters(text: string): ValueType[] {
  return [...text].map((letter) => (letter === "l" ? "i64" : "i32"));
}

/**
 * Hands bytes to the guest: allocates, copies, then writes the address and the size. Nothing is allocated for an
 * empty value; a bad address of the out words shows only after the allocation (abi.md 3.1).
 */
export function returnBytes(call: HostCall, bytes: Uint8Array, addressOut: number, sizeOut: number): Status {
  if (bytes.length === 0) return returnRange(call, 0, 0, addressOut, sizeOut);
  const address = call.allocate(bytes.length);
  if (address === 0 || !call.memory.write(address, bytes)) return Status.InvalidMemoryAccess;
  return returnRange(call, address, bytes.length, addressOut, sizeOut);
}

/** The same for a byte string. */
export function returnString(call: HostCall, text: ByteString, addressOut: number, sizeOut: number): Status {
  if (text.length === 0) return returnRange(call, 0, 0, addressOut, sizeOut);
  const address = call.allocate(text.length);
  if (address === 0 || !call.memory.writeString(address, text)) return Status.InvalidMemoryAccess;
  return returnRange(call, address, text.length, addressOut, sizeOut);
}

/** Writes the address and the size of what is in guest memory already. */
export function returnRange(
  { memory }: HostCall,
  address: number,
  size: number,
  addressOut: number,
  sizeOut: number,
): Status {
  if (!memory.writeU32(addressOut, address)) return Status.InvalidMemoryAccess;
  return memory.writeU32(sizeOut, size) ? Status.Ok : Status.InvalidMemoryAccess;
}
