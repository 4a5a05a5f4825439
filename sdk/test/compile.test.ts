import { expect, it } from "vitest";
import { instantiate } from "./compile.js";

const guest = await instantiate(`
  export function shout(text: string): string { return text + "!"; }
  export function reversed(bytes: Uint8Array): Uint8Array { return bytes.slice().reverse(); }
  export function at(bytes: Uint8Array, index: i32): u8 { return bytes[index]; }
`);

it("passes text, every octet kept", () => {
  expect(guest.__getString(guest["shout"]!(guest.__newString("é \udcff \u{1f600}")))).toBe(
    "é \udcff \u{1f600}!",
  );
});

it("passes bytes", () => {
  expect([...guest.__getUint8Array(guest["reversed"]!(guest.newBytes(Buffer.from([1, 2, 255]))))]).toEqual([
    255, 2, 1,
  ]);
});

it("says why a module trapped", () => {
  expect(() => guest["at"]!(guest.newBytes(new Uint8Array(2)), 5)).toThrow("Index out of range");
});
