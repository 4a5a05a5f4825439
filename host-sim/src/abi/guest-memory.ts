import { fromBytes, type ByteString } from "../byte-string.js";

/** The host's only way into a guest's linear memory. Addresses are unsigned; every access checks its range. */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** In bytes; it only grows. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Whether a range lies in memory; a range of length zero needs no byte, but an address inside (abi.md 3.3). */
  contains(address: number, length: number): boolean {
    return address + length <= this.#memory.buffer.byteLength;
  }

  /** A copy of some bytes, or null when the range is not in memory. */
  read(address: number, length: number): Uint8Array | null {
    if (!this.contains(address, length)) return null;
    return new Uint8Array(this.#memory.buffer).slice(address, address + length);
  }

  readString(address: number, length: number): ByteString | null {
    if (!this.contains(address, length)) return null;
    return fromBytes(new Uint8Array(this.#memory.buffer, address, length));
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.contains(address, bytes.length)) return false;
    new Uint8Array(this.#memory.buffer).set(bytes, address);
    return true;
  }

  readU32(address: number): number | null {
    if (!this.contains(address, 4)) return null;
    return new DataView(this.#memory.buffer).getUint32(address, true);
  }

  writeU32(address: number, value: number): boolean {
    if (!this.contains(address, 4)) return false;
    new DataView(this.#memory.buffer).setUint32(address, value, true);
    return true;
  }

  writeU64(address: number, value: bigint): boolean {
    if (!this.contains(address, 8)) return false;
    new DataView(this.#memory.buffer).setBigUint64(address, BigInt.asUintN(64, value), true);
    return true;
  }
}
