// proxy_on_foreign_function and proxy_validate_configuration are the callbacks that stock Envoy never makes, so a host of a few lines
// makes them.

import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, it } from "vitest";

import { compileSnippet, snippetsOf } from "./guide.js";

const OK = 0;
const NOT_FOUND = 1;
const PLUGIN_CONFIGURATION = 7;
const CALL_DATA = 8;

describe("a plugin that a host asks", () => {
  let host: Host;
  beforeAll(async () => {
    const snippet = (await snippetsOf("foreign-functions")).find(({ name }) => name === "asked");
    host = await Host.start(await readFile(await compileSnippet(snippet!)));
  });

  it("gets the number of the function and its argument", () => {
    host.buffers.set(CALL_DATA, "octets");
    host.call("proxy_on_foreign_function", 1, 42, 6);
    expect(host.logged).toEqual(["function 42: octets"]);
  });

  it("says whether it would accept a configuration", () => {
    host.buffers.set(PLUGIN_CONFIGURATION, "good");
    expect(host.call("proxy_validate_configuration", 1, 4)).toBe(1);
    host.buffers.set(PLUGIN_CONFIGURATION, "bad");
    expect(host.call("proxy_validate_configuration", 1, 3)).toBe(0);
  });
});

/** A host that has buffers and a log, and of everything else nothing. */
class Host {
  readonly logged: string[] = [];
  readonly buffers = new Map<number, string>();
  #exports: WebAssembly.Exports = {};

  static async start(wasm: BufferSource): Promise<Host> {
    const host = new Host();
    const module = await WebAssembly.compile(wasm);
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      (imports[from] ??= {})[name] = () => NOT_FOUND;
    }
    const env = {
      ...imports["env"],
      proxy_log: (_level: number, text: number, size: number) => {
        host.logged.push(Buffer.from(host.#memory.buffer, text, size).toString());
        return OK;
      },
      proxy_get_buffer_bytes: (type: number, _start: number, _max: number, address: number, size: number) =>
        host.#give(host.buffers.get(type) ?? "", address, size),
    };
    host.#exports = (await WebAssembly.instantiate(module, { ...imports, env })).exports;
    host.call("_initialize");
    if ("proxy_on_context_create" in host.#exports) host.call("proxy_on_context_create", 1, 0);
    host.call("proxy_on_vm_start", 1, 0);
    return host;
  }

  call(name: string, ...args: number[]): number {
    return (this.#exports[name] as (...args: number[]) => number)(...args);
  }

  get #memory(): WebAssembly.Memory {
    return this.#exports["memory"] as WebAssembly.Memory;
  }

  /** Puts bytes where the guest allocates, and says where (abi.md 3.1). */
  #give(text: string, address: number, size: number): number {
    const at = this.call("proxy_on_memory_allocate", text.length);
    Buffer.from(this.#memory.buffer).write(text, at, "latin1");
    const memory = new DataView(this.#memory.buffer);
    memory.setUint32(address, at, true);
    memory.setUint32(size, text.length, true);
    return OK;
  }
}
