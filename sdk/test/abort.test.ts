import { expect, it } from "vitest";
import { compileModule } from "./compile.js";

it("says what happened and where in one critical line, then traps", async () => {
  const module = await compileModule(`import { HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";

class Filter extends HttpFilter {
  onLog(): void {
    assert(this.requestHeaders.has("x-é"), "no x-é header");
  }
}

registerHttpFilter<Filter>("filter");
`);
  const lines: string[] = [];
  const instance = new WebAssembly.Instance(module, {
    env: {
      proxy_get_property: () => 1,
      proxy_get_header_map_pairs: () => 2,
      proxy_get_header_map_value: () => 1,
      proxy_log(level: number, text: number, size: number): number {
        const memory = Buffer.from((instance.exports["memory"] as WebAssembly.Memory).buffer);
        lines.push(`${level} ${memory.toString("utf8", text, text + size)}`);
        return 0;
      },
    },
  });
  const guest = instance.exports as Record<string, (...args: number[]) => number>;
  guest["_initialize"]!();
  guest["proxy_on_vm_start"]!(1, 0);
  expect(() => guest["proxy_on_log"]!(2)).toThrow(WebAssembly.RuntimeError);
  expect(lines).toEqual(["5 no x-é header at filter.ts:5:5"]);
});
