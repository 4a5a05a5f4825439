import type { RecordedStream } from "as-proxy-wasm-sim";

const status = { ok: 0, notFound: 1 } as const;

type Exports = Readonly<Record<string, (...args: number[]) => number>>;

/**
 * As little as makes the module of W2 run: its imports on two maps, no chain, no codec, nothing checked, nothing kept. What a
 * simulator takes beyond it is the simulator's own time.
 */
export class MicroHost {
  readonly #exports: Exports;
  readonly #memory: WebAssembly.Memory;
  #bytes = Buffer.alloc(0);
  #maps: readonly Map<string, string>[] = [];
  #nextId = 2;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module, { env: this.#imports() });
    this.#exports = exports as Exports;
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#exports._initialize?.();
    this.#exports.proxy_on_vm_start?.(1, 0);
  }

  /** Gives both maps as the filter left them. */
  run({ request, response }: RecordedStream): {
    readonly request: Map<string, string>;
    readonly response: Map<string, string>;
  } {
    const id = this.#nextId++;
    const maps = { request: new Map(request.headers), response: new Map(response?.headers ?? []) };
    // By the ABI's numbers: 0 and 2 are headers.
    this.#maps = [maps.request, new Map(), maps.response];
    this.#exports.proxy_on_request_headers?.(id, maps.request.size, 1);
    this.#exports.proxy_on_response_headers?.(id, maps.response.size, 0);
    return maps;
  }

  #imports(): Record<string, (...args: number[]) => number> {
    const map = (type: number) => this.#maps[type] as Map<string, string>;
    return {
      proxy_get_header_map_value: (type = 0, key = 0, keySize = 0, addressOut = 0, sizeOut = 0) => {
        const value = map(type).get(this.#read(key, keySize));
        if (value === undefined) return status.notFound;
        const address = this.#exports.proxy_on_memory_allocate?.(value.length) ?? 0;
        const bytes = this.#look();
        bytes.write(value, address, "latin1");
        bytes.writeUInt32LE(address, addressOut);
        bytes.writeUInt32LE(value.length, sizeOut);
        return status.ok;
      },
      proxy_add_header_map_value: (type = 0, key = 0, keySize = 0, value = 0, valueSize = 0) => {
        map(type).set(this.#read(key, keySize), this.#read(value, valueSize));
        return status.ok;
      },
      proxy_remove_header_map_value: (type = 0, key = 0, keySize = 0) => {
        map(type).delete(this.#read(key, keySize));
        return status.ok;
      },
      // The module asks for its name when it starts, and can do without.
      proxy_get_property: () => status.notFound,
      proxy_get_header_map_pairs: () => status.notFound,
      proxy_log: () => status.ok,
    };
  }

  #read(address: number, size: number): string {
    return this.#look().toString("latin1", address, address + size);
  }

  /** Memory that grows gets another buffer. */
  #look(): Buffer {
    const { buffer } = this.#memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}
