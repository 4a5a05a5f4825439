import { describe, expect, test } from "vitest";
import { compileFilter } from "../testing/compile-filter.js";
import { inspectModule } from "./inspect-module.js";
import { formatSignature } from "./wasm-module.js";

test("a module that loads: version, imports and exports with their signatures", async () => {
  const module = inspectModule(
    await compileFilter(
      `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return add(REQUEST, "a", "b"); }`,
    ),
  );
  expect(module).toMatchObject({ abiVersion: "0.2.1", problems: [], loadErrors: [], failsAt: null });
  expect(
    module.imports.map(
      ({ module: from, name, signature }) => `${from}.${name}: ${formatSignature(signature!)}`,
    ),
  ).toEqual(["env.proxy_add_header_map_value: i32 i32 i32 i32 i32 -> i32"]);
  expect(module.exports.filter(({ kind }) => kind === "function").map(({ name }) => name)).toEqual(
    expect.arrayContaining(["proxy_abi_version_0_2_1", "malloc", "proxy_on_request_headers"]),
  );
});

describe("the producers section", () => {
  const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
  const section = (...content: number[]): Uint8Array => {
    const named = [...text("producers"), ...content];
    return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, named.length, ...named);
  };

  test("names languages and tools with their versions", () => {
    const bytes = section(
      2,
      ...[...text("language"), 1, ...text("Rust"), ...text("")],
      ...[...text("processed-by"), 1, ...text("rustc"), ...text("1.80.0")],
    );
    expect(inspectModule(bytes).producers).toEqual([
      { field: "language", name: "Rust", version: "" },
      { field: "processed-by", name: "rustc", version: "1.80.0" },
    ]);
  });

  test("counts for nothing when it is broken, like every custom section", () => {
    expect(inspectModule(section(1, ...text("language"), 9, ...text("Rust"))).producers).toEqual([]);
  });
});

const external = (module: string, name: string, type: string) =>
  `@external("${module}", "${name}") declare function imported${type}; export function proxy_on_tick(id: i32): void { imported(1); }`;

describe("Envoy's own words", () => {
  test.each([
    [external("env", "foo", "(a: i32): void"), "Failed to load Wasm module due to a missing import: env.foo"],
    [
      external("env", "abort", "(a: i32): void"),
      "Failed to load Wasm module due to a missing import: env.abort",
    ],
    [
      external("env", "proxy_done", "(a: i64): f64"),
      "Failed to load Wasm module due to an import type mismatch: env.proxy_done, want: i64 -> f64, but host exports: void -> i32",
    ],
    [
      "export function proxy_on_configure(id: i32): i32 { return 1; }",
      "Bad function signature for: proxy_on_configure, want: i32 i32 -> i32, but the module exports: i32 -> i32",
    ],
    [
      "export function proxy_on_request_headers(id: i32, n: i32, end: i32): void {}",
      "Bad function signature for: proxy_on_request_headers, want: i32 i32 i32 -> i32, but the module exports: i32 i32 i32 -> void",
    ],
  ])("%#", async (source, message) => {
    const { problems, loadErrors } = inspectModule(await compileFilter(source));
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    expect(loadErrors).toEqual([message, "Wasm VM failed Failed to initialize Wasm code"]);
  });

  test("Envoy stops at the first missing import, the list of problems does not", async () => {
    const { problems, loadErrors } = inspectModule(
      await compileFilter(
        `@external("env", "one") declare function one(): void; @external("env", "two") declare function two(): void;
         export function proxy_on_tick(id: i32): void { one(); two(); }`,
      ),
    );
    expect([problems.length, loadErrors.length]).toEqual([2, 2]);
  });

  test("an import that only an older version has", async () => {
    const source = external("env", "proxy_clear_route_cache", "(a: i32): void");
    const { problems } = inspectModule(await compileFilter(source));
    expect(problems[0]?.message).toContain("missing import: env.proxy_clear_route_cache");
  });

  test("no marker, no malloc, not wasm, cut short", async () => {
    const words = (bytes: Uint8Array) => inspectModule(bytes).loadErrors;
    const toLoad = "Wasm VM failed Failed to load Wasm code";
    expect(words(module())).toEqual(["Wasm VM failed Missing or unknown Proxy-Wasm ABI version", toLoad]);
    expect(words(module({ exports: ["proxy_abi_version_0_2_1"] }))[0]).toBe(
      "Wasm VM failed Wasm module is missing malloc function.",
    );
    expect(words(Buffer.from("no module at all"))).toEqual([
      "Wasm VM failed Failed to parse corrupted Wasm module",
      toLoad,
    ]);
    const good = await compileFilter("");
    expect(words(good.subarray(0, good.length - 3))).toEqual([
      "Wasm VM failed Failed to parse corrupted Wasm module",
      toLoad,
    ]);
    expect(inspectModule(new Uint8Array())).toMatchObject({
      loadErrors: [],
      problems: [{ message: "The module is empty." }],
    });
  });

  test("the first marker of the export section counts", () => {
    const versions = ["proxy_abi_version_0_2_0", "proxy_abi_version_0_1_0"];
    expect(inspectModule(module({ exports: versions })).abiVersion).toBe("0.2.0");
    expect(inspectModule(module({ exports: versions.toReversed() })).abiVersion).toBe("0.1.0");
  });
});

test("damaged modules are refused, never crash and never hang", async () => {
  const good = await compileFilter("");
  for (let size = 0; size < good.length; size++)
    expect(inspectModule(good.subarray(0, size)).problems).not.toEqual([]);
  for (let at = 0; at < good.length; at++) {
    const damaged = Uint8Array.from(good);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    expect(inspectModule(damaged)).toHaveProperty("problems");
  }
  const hugeCount = Buffer.concat([
    Buffer.from("\0asm\x01\0\0\0", "latin1"),
    section(1, [0xff, 0xff, 0xff, 0xff, 0x0f]),
  ]);
  expect(inspectModule(hugeCount).problems).toHaveLength(1);
});

/** A module of empty functions `() -> ()` under the given names, with a memory. */
function module({ exports = [] }: { readonly exports?: readonly string[] } = {}): Uint8Array {
  const entry = (name: string, index: number) => [name.length, ...Buffer.from(name), 0, index];
  return Buffer.concat([
    Buffer.from("\0asm\x01\0\0\0", "latin1"),
    section(1, [1, 0x60, 0, 0]),
    section(3, [exports.length, ...exports.map(() => 0)]),
    section(5, [1, 0, 1]),
    section(7, [exports.length + 1, 6, ...Buffer.from("memory"), 2, 0, ...exports.flatMap(entry)]),
    section(10, [exports.length, ...exports.flatMap(() => [2, 0, 0x0b])]),
  ]);
}

function section(id: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([id, content.length, ...content]);
}
