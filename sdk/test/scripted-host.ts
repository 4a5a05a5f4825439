import { instantiateSync, type ASUtil } from "@assemblyscript/loader";
import { compileModule } from "./compile.js";

/** A host function: the numbers the guest passed, a status back. */
export type HostCall = (...args: number[]) => number;

/** What host functions use to read what the guest passed and to hand something over. */
export interface GuestMemory {
  read(address: number, size: number): Buffer;
  readText(address: number, size: number): string;
  /** Puts data where the guest wants it and writes the two words of the answer; the status Ok. */
  give(data: Uint8Array | string, addressOut: number, sizeOut: number): number;
  writeU32(address: number, value: number): void;
  writeU64(address: number, value: bigint): void;
}

/** A module made of parts of the SDK, run by a host of which a test says what each function does. */
export type ScriptedGuest = Record<string, (...args: (number | bigint)[]) => number> & ASUtil;

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** A source is compiled once, however many tests run it. */
function compiled(source: string): Promise<WebAssembly.Module> {
  const module = modules.get(source) ?? compileModule(source, ["--exportRuntime"]);
  modules.set(source, module);
  return module;
}

/**
 * Compiles a source, whose own exports stay because it has no filter, and instantiates it with these host
 * functions. One that the module imports and the script does not have is an error.
 */
export async function runWithHost(
  source: string,
  script: (memory: GuestMemory) => Record<string, (...args: never[]) => number>,
): Promise<ScriptedGuest> {
  const module = await compiled(
    `import "as-proxy-wasm-sdk/assembly/abi/abort";
import { reserve, reset } from "as-proxy-wasm-sdk/assembly/abi/arena";
${source}
export function reserveForHost(size: usize): usize { return reserve(size); }
export function endCallback(): void { reset(); }`,
  );
  const buffer = (): Buffer => Buffer.from(guest.memory!.buffer);
  const memory: GuestMemory = {
    read: (address, size) => Buffer.from(buffer().subarray(address >>> 0, (address >>> 0) + (size >>> 0))),
    readText: (address, size) => memory.read(address, size).toString("utf8"),
    give(data, addressOut, sizeOut) {
      const bytes = Buffer.from(data as string);
      // An empty answer has no address (abi.md 3.1).
      const address = bytes.length === 0 ? 0 : guest["reserveForHost"]!(bytes.length);
      buffer().set(bytes, address);
      memory.writeU32(addressOut, address);
      memory.writeU32(sizeOut, bytes.length);
      return 0;
    },
    writeU32: (address, value) => void buffer().writeUInt32LE(value >>> 0, address),
    writeU64: (address, value) => void buffer().writeBigUInt64LE(BigInt.asUintN(64, value), address),
  };
  const env: Record<string, unknown> = {
    proxy_log(_level: number, text: number, size: number): number {
      throw new Error(memory.readText(text, size));
    },
    ...script(memory),
  };
  const { exports } = instantiateSync<Record<string, unknown>>(module, { env });
  const guest = exports as ScriptedGuest;
  guest["_initialize"]!();
  return guest;
}
