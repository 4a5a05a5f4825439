import { expect, test } from "vitest";
import { limitMemory, maximumPages } from "./limit-memory.js";

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const exported = [7, 5, 1, 1, 0x6d, 2, 0];
const module = (...memory: readonly number[]) =>
  Uint8Array.from([...header, 5, memory.length + 1, 1, ...memory, ...exported]);

const grown = (code: Uint8Array) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {});
  const memory = exports["m"] as WebAssembly.Memory;
  expect(() => memory.grow(maximumPages)).toThrow(/grow/);
  memory.grow(100);
  return memory.buffer.byteLength / 65_536;
};

test("a memory without a maximum gets one, and what follows moves by that", () => {
  const code = module(0, 1);
  const limited = limitMemory(code);
  expect(limited.shift).toBe(limited.code.length - code.length);
  expect(limited.shift).toBe(3);
  expect(grown(limited.code)).toBe(101);
});

test("a larger maximum becomes Envoy's, a smaller one stays", () => {
  // 20000 pages, and 1000.
  expect(grown(limitMemory(module(1, 1, 0xa0, 0x9c, 1)).code)).toBe(101);
  const small = module(1, 1, 0xe8, 7);
  expect(limitMemory(small)).toEqual({ code: small, shift: 0 });
});

test("nothing is changed where there is no memory, or one that begins too large", () => {
  const without = Uint8Array.from(header);
  const large = module(0, 0x81, 0x80, 1);
  for (const code of [without, large]) expect(limitMemory(code).code).toBe(code);
});
