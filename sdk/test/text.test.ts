import { expect, it } from "vitest";
import { compileModule, instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { reserve, reset } from "as-proxy-wasm-sdk/assembly/abi/arena";
  import { decode, encode, encodedSize } from "as-proxy-wasm-sdk/assembly/abi/text";

  let text = "";
  let input: usize = 0;
  export function prepare(size: usize): usize { reset(); input = reserve(size); return input; }
  /** The number of UTF-16 units. */
  export function read(size: usize): i32 { text = decode(input, size); return text.length; }
  export function unit(at: i32): i32 { return text.charCodeAt(at); }
  export function write(): usize { return encode(text); }
  export function written(): usize { return encodedSize; }
  export function collect(): void { __collect(); }
`);

const memory = (): Uint8Array => new Uint8Array((guest["memory"] as unknown as WebAssembly.Memory).buffer);

function read(bytes: Uint8Array): string {
  const at = guest["prepare"]!(bytes.length);
  memory().set(bytes, at);
  const length = guest["read"]!(bytes.length);
  return Array.from({ length }, (_, at) => String.fromCharCode(guest["unit"]!(at))).join("");
}

function roundTrip(bytes: Uint8Array): Uint8Array {
  read(bytes);
  const at = guest["write"]!();
  const copy = memory().slice(at, at + guest["written"]!());
  guest["collect"]!();
  return copy;
}

it("reads UTF-8 as text", () => {
  for (const text of ["", "ascii", "é ÿ ÿ", "한글", "\u{1f600}\u{10ffff}", "\u0000\u007f"])
    expect(read(Buffer.from(text))).toBe(text);
});

it("keeps every byte that is not UTF-8", () => {
  expect(read(Buffer.from([0x61, 0xff, 0x62]))).toBe("a\udcffb");
  for (const bytes of [
    [0x80],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xed, 0xb2, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xff, 0xfe, 0xc3, 0xa9, 0xe9],
  ]) {
    expect([...roundTrip(Buffer.from(bytes))]).toEqual(bytes);
  }
});

it("gives back random bytes as they came", () => {
  const random = seededRandom("text");
  for (let round = 0; round < 2_000; round++) {
    const bytes = new Uint8Array(round % 64);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = round % 2 ? random(256) : 0x80 | random(256);
    }
    expect([...roundTrip(bytes)]).toEqual([...bytes]);
  }
});

it("serves requests of any size and refuses the impossible", () => {
  for (const size of [0, 1, 65_536, 65_537, 5_000_000]) expect(guest["prepare"]!(size) % 8).toBe(0);
  expect(guest["prepare"]!(0xffff_fff0)).toBe(0);
  expect(read(Buffer.from("still alive"))).toBe("still alive");
});

it("gives nothing, and keeps its memory in order, when the host has no more of it", async () => {
  const module = await compileModule(
    `import "as-proxy-wasm-sdk/assembly/abi/abort";
    import { reserve } from "as-proxy-wasm-sdk/assembly/abi/arena";
    import { encode, encodedSize } from "as-proxy-wasm-sdk/assembly/abi/text";
    let text = "";
    export function prepare(): void { text = "x".repeat(40_000); }
    export function write(): usize { return encode(text); }
    export function size(): usize { return encodedSize; }
    export function next(): usize { return reserve(16); }`,
    ["--maximumMemory", "5"],
  );
  const small = new WebAssembly.Instance(module, { env: { proxy_log: () => 0 } }).exports as Record<
    string,
    () => number
  >;
  small["_initialize"]!();
  const before = small["next"]!();
  small["prepare"]!();
  expect([small["write"]!(), small["size"]!()]).toEqual([0, 0]);
  expect(small["next"]!()).toBeGreaterThan(before);
});
