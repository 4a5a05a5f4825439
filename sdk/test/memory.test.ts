import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { compileModule } from "./compile.js";

const PLUGIN_CONFIGURATION = 7;

/** One header in the ABI's layout: content-type: application/json. */
const serialised = "\x01\0\0\0\x0c\0\0\0\x10\0\0\0content-type\0application/json\0";

/** As much of a host as this filter needs: it says what its callers expect, for every stream the same. */
function instantiate(
  module: WebAssembly.Module,
  body: string,
): Record<string, (...args: number[]) => number> {
  const memory = (): Buffer => Buffer.from((instance.exports["memory"] as WebAssembly.Memory).buffer);
  const give = (text: string, address: number, size: number): number => {
    const at = guest["proxy_on_memory_allocate"]!(text.length);
    memory().write(text, at, "latin1");
    memory().writeUInt32LE(at, address);
    memory().writeUInt32LE(text.length, size);
    return 0;
  };
  const host: Record<string, (...args: number[]) => number> = {
    proxy_get_property: (_path, _size, value, valueSize) => give("filter", value!, valueSize!),
    proxy_get_buffer_bytes: (buffer, _start, _length, data, size) =>
      give(buffer === PLUGIN_CONFIGURATION ? '{"n":1}' : body, data!, size!),
    proxy_get_header_map_pairs: (_map, pairs, size) => give(serialised, pairs!, size!),
    proxy_log: (_level, text, size) => {
      throw new Error(memory().toString("latin1", text, text! + size!));
    },
  };
  const instance = new WebAssembly.Instance(module, {
    env: new Proxy(host, { get: (functions, name: string) => functions[name] ?? (() => 0) }),
  });
  const guest = instance.exports as Record<string, (...args: number[]) => number>;
  return guest;
}

const source = `
  import { Body, BodyAction, Configuration, Headers, HeadersAction, HttpFilter, Plugin, registerHttpFilter } from "as-proxy-wasm-sdk";
  import { Json } from "as-proxy-wasm-sdk/json";

  class Settings extends Plugin {
    text: string = "";
    onConfigure(configuration: Configuration): bool {
      this.text = configuration.text();
      return true;
    }
  }

  class Filter extends HttpFilter {
    private seen: string[] = [];
    onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
      for (let i = 0; i < 10; ++i) this.seen.push(headers.get("content-type")! + i.toString());
      return HeadersAction.Continue;
    }
    onRequestBody(body: Body, endOfStream: bool): BodyAction {
      const value = Json.parse(body.bytes()).value!;
      assert(value.get("text")!.asString()!.length == 6000);
      assert(this.seen.length == 10 && this.seen[9] == "application/json9");
      assert(this.plugin<Settings>().text == '{"n":1}');
      return BodyAction.Continue;
    }
  }
  registerHttpFilter<Filter, Settings>("filter");
`;

it("keeps what lives, frees what is gone, and stays the same size over many interleaved streams", async () => {
  const guest = instantiate(await compileModule(source), JSON.stringify({ text: "x".repeat(6000) }));
  guest["_initialize"]!();
  guest["proxy_on_context_create"]!(1, 0);
  expect(guest["proxy_on_vm_start"]!(1, 0)).toBe(1);
  expect(guest["proxy_on_configure"]!(1, 7)).toBe(1);
  const pages = (): number => (guest["memory"] as unknown as WebAssembly.Memory).buffer.byteLength / 65536;
  const LIVE = 40;
  const run = (from: number, to: number): void => {
    for (let id = from; id < to; id++) {
      guest["proxy_on_context_create"]!(id, 1);
      guest["proxy_on_request_headers"]!(id, 1, 0);
      const older = id - LIVE;
      if (older < 2) continue;
      guest["proxy_on_request_body"]!(older, 6011, 1);
      guest["proxy_on_delete"]!(older);
    }
  };
  run(2, 600);
  const warm = pages();
  run(600, 4_000);
  expect(pages()).toBe(warm);
  expect(warm).toBeLessThan(16);
});

it("fails at start, with the list of what there is, when the root id names no filter", async () => {
  const hello = await readFile(new URL("../../examples/hello/assembly/index.ts", import.meta.url), "utf8");
  const guest = instantiate(await compileModule(hello), "");
  guest["_initialize"]!();
  expect(() => guest["proxy_on_vm_start"]!(1, 0)).toThrow('root_id must be "hello"');
});
