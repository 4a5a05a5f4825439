import { createHash, createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { constantTimeEquals, constantTimeEqualsText, hmacSha256, Sha256, sha256 } from "as-proxy-wasm-sdk/crypto";
  export { constantTimeEquals, constantTimeEqualsText, hmacSha256, sha256 };

  const hash = new Sha256();
  export function reset(): void { hash.reset(); }
  export function update(bytes: Uint8Array): void { hash.update(bytes); }
  export function updateText(text: string): void { hash.updateText(text); }
  export function digest(): Uint8Array { return hash.digest(); }
`);

const hex = (bytes: number): string => Buffer.from(guest.__getUint8Array(bytes)).toString("hex");
const hash = (bytes: Uint8Array): string => hex(guest["sha256"]!(guest.newBytes(bytes)));
const hmac = (key: Uint8Array, message: Uint8Array): string =>
  hex(guest["hmacSha256"]!(guest.newBytes(key), guest.newBytes(message)));

it("hashes the examples of FIPS 180-4", () => {
  expect(hash(Buffer.from(""))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(hash(Buffer.from("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(hash(Buffer.from("a".repeat(1_000_000)))).toBe(
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});

it("agrees with Node on every length around a block", () => {
  for (let size = 0; size < 200; size++) {
    const bytes = Buffer.alloc(size, size);
    expect(hash(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

it("hashes pieces of any size as it hashes the whole", () => {
  const random = seededRandom("sha256");
  for (let round = 0; round < 300; round++) {
    const whole = createHash("sha256");
    guest["reset"]!();
    for (let piece = random(6); piece > 0; piece--) {
      const bytes = Buffer.from(Array.from({ length: random(150) }, () => random(256)));
      whole.update(bytes);
      guest["update"]!(guest.newBytes(bytes));
    }
    guest["updateText"]!(guest.__newString("é\udcff"));
    whole.update(Buffer.from([0xc3, 0xa9, 0xff]));
    expect(hex(guest["digest"]!())).toBe(whole.digest("hex"));
    guest.__collect();
  }
});

it("authenticates as RFC 4231 does", () => {
  expect(hmac(Buffer.alloc(20, 0x0b), Buffer.from("Hi There"))).toBe(
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  );
  expect(hmac(Buffer.from("Jefe"), Buffer.from("what do ya want for nothing?"))).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  const long = Buffer.alloc(131, 0xaa);
  expect(hmac(long, Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"))).toBe(
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  );
});

it("agrees with Node on keys of every length", () => {
  for (let size = 0; size < 140; size++) {
    const key = Buffer.alloc(size, 0xc3);
    const message = Buffer.alloc(size * 2, size);
    expect(hmac(key, message)).toBe(createHmac("sha256", key).update(message).digest("hex"));
  }
});

it("compares in constant time", () => {
  const bytes = (text: string): number => guest.newBytes(Buffer.from(text));
  const text = (text: string): number => guest.__newString(text);
  for (const [name, make] of [
    ["constantTimeEquals", bytes],
    ["constantTimeEqualsText", text],
  ] as const) {
    expect(guest[name]!(make("secret"), make("secret"))).toBe(1);
    expect(guest[name]!(make(""), make(""))).toBe(1);
    for (const other of ["secreT", "Secret", "secre", "secrets", ""])
      expect(guest[name]!(make("secret"), make(other))).toBe(0);
  }
});
