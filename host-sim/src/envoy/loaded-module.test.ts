import { expect, test, vi } from "vitest";
import { plugin } from "../testing/run-filter.js";
import { Envoy } from "./envoy.js";

const answering = `export function proxy_on_request_headers(id: u32, size: u32, end: u32): u32 { return 0; }`;

test("equal modules are compiled once, whoever brings the bytes, and once more for another limit", async () => {
  const compile = vi.spyOn(WebAssembly, "Module");
  try {
    const one = await plugin(answering);
    const other = { ...one, vmConfig: { ...one.vmConfig, code: Uint8Array.from(one.vmConfig.code) } };
    (await Envoy.start({ plugins: [one] })).stop();
    expect(compile).toHaveBeenCalled();
    compile.mockClear();
    for (const plugins of [[one], [other]]) (await Envoy.start({ plugins })).stop();
    expect(compile).not.toHaveBeenCalled();
    (await Envoy.start({ plugins: [one], memoryLimitPages: 100 })).stop();
    expect(compile).toHaveBeenCalled();
  } finally {
    compile.mockRestore();
  }
});
