import type { ByteString } from "../byte-string.js";
import { FrequentStrings } from "./frequent-strings.js";

/** The host's only way into a guest's linear memory. Addresses are unsigned; every access checks its range. */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /** All of the memory. It has no bytes any more once the memory has grown, so the range check finds out. */
  #bytes: Buffer;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** In bytes; it only grows. */
  get size(): number {
    if (this.#bytes.length === 0) this.#look();
    return this.#bytes.length;
  }

  /** Whether a range lies in memory; a range of length zero needs no byte, but an address inside (abi.md 3.3). */
  contains(address: number, length: number): boolean {
    if (address + length <= this.#bytes.length) return true;
    this.#look();
    return address + length <= this.#bytes.length;
  }

  #look(): void {
    const { buffer } = this.#memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = Buffer.from(buffer);
    this.#view = new DataView(buffer);
  }

  /** A copy of some bytes, or null when the range is not in memory. */
  read(address: number, length: number): Uint8Array | null {
    if (!this.contains(address, length)) return null;
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(address, address + length));
    return copy;
  }

  readString(address: number, length: number): ByteString | null {
    return this.contains(address, length) ? this.#bytes.toString("latin1", address, address + length) : null;
  }

  /** The same for what comes again and again: the names of headers, properties and metrics. */
  readName(address: number, length: number): ByteString | null {
    return this.contains(address, length) ? names.read(this.#bytes, address, length) : null;
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.contains(address, bytes.length)) return false;
    this.#bytes.set(bytes, address);
    return true;
  }

  writeString(address: number, text: ByteString): boolean {
    const { length } = text;
    if (!this.contains(address, length)) return false;
    const bytes = this.#bytes;
    if (length > shortText) bytes.write(text, address, length, "latin1");
    else for (let index = 0; index < length; index++) bytes[address + index] = text.charCodeAt(index);
    return true;
  }

  readU32(address: number): number | null {
    return this.contains(address, 4) ? this.#view.getUint32(address, true) : null;
  }

  writeU32(address: number, value: number): boolean {
    if (!this.contains(address, 4)) return false;
    this.#view.setUint32(address, value, true);
    return true;
  }

  writeU64(address: number, value: bigint): boolean {
    if (!this.contains(address, 8)) return false;
    this.#view.setBigUint64(address, BigInt.asUintN(64, value), true);
    return true;
  }
}

/** Up to here a loop is faster than a call of the engine. */
const shortText = 48;

const names = new FrequentStrings();
