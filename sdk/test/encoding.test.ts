import { expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { base64Decode, base64Encode, base64UrlDecode, base64UrlEncode, hexDecode, hexEncode, percentDecode,
    percentDecodeLenient, percentEncode } from "as-proxy-wasm-sdk/encoding";
  export { base64Decode, base64Encode, base64UrlDecode, base64UrlEncode, hexDecode, hexEncode, percentDecode,
    percentDecodeLenient, percentEncode };
`);

const encode = (name: string, bytes: Uint8Array | string): string =>
  guest.__getString(guest[name]!(guest.newBytes(Buffer.from(bytes))));

function decode(name: string, text: string): string | null {
  const bytes = guest[name]!(guest.__newString(text));
  return bytes === 0 ? null : Buffer.from(guest.__getUint8Array(bytes)).toString("latin1");
}

function text(name: string, input: string): string | null {
  const output = guest[name]!(guest.__newString(input));
  return output === 0 ? null : guest.__getString(output);
}

it.each([
  // RFC 4648 §10
  ["", "", ""],
  ["f", "Zg==", "66"],
  ["fo", "Zm8=", "666f"],
  ["foo", "Zm9v", "666f6f"],
  ["foob", "Zm9vYg==", "666f6f62"],
  ["fooba", "Zm9vYmE=", "666f6f6261"],
  ["foobar", "Zm9vYmFy", "666f6f626172"],
])("spells %j as RFC 4648 does", (plain, base64, hex) => {
  expect(encode("base64Encode", plain)).toBe(base64);
  expect(decode("base64Decode", base64)).toBe(plain);
  expect(decode("base64UrlDecode", base64)).toBe(plain);
  expect(decode("base64UrlDecode", base64.replaceAll("=", ""))).toBe(plain);
  expect(encode("hexEncode", plain)).toBe(hex);
  expect(decode("hexDecode", hex.toUpperCase())).toBe(plain);
});

it.each([
  "Zg=",
  "Zg",
  "Z",
  "Zg===",
  "Zh==",
  "Zm9=",
  "Zm 9v",
  "Zm9v\n",
  "=Zm9",
  "Zg==Zg==",
  "_-8=",
  "Zm9é",
  "====",
])("refuses %j as base64", (text) => expect(decode("base64Decode", text)).toBe(null));

it.each(["Zg=", "Z", "Zh", "Zm9=", "+/8", "=", "==", "Zg\u0167"])("refuses %j as base64url", (text) =>
  expect(decode("base64UrlDecode", text)).toBe(null),
);

it.each(["0", "0g", "0x", " 0", "é0"])("refuses %j as hexadecimal", (text) =>
  expect(decode("hexDecode", text)).toBe(null),
);

it("agrees with Node on random bytes", () => {
  const random = seededRandom("encoding");
  for (let round = 0; round < 3_000; round++) {
    const bytes = Buffer.from(Array.from({ length: random(70) }, () => random(256)));
    for (const [name, encoding] of [
      ["base64", "base64"],
      ["base64Url", "base64url"],
      ["hex", "hex"],
    ] as const) {
      const spelled = encode(`${name}Encode`, bytes);
      expect(spelled).toBe(bytes.toString(encoding));
      expect(decode(`${name}Decode`, spelled)).toBe(bytes.toString("latin1"));
      // Damaged: accepted exactly when an encoder could have written it.
      const at = random(spelled.length + 1);
      const damaged = spelled.slice(0, at) + String.fromCharCode(random(128)) + spelled.slice(at + random(2));
      const decoded = decode(`${name}Decode`, damaged);
      if (decoded === null) continue;
      const again = Buffer.from(decoded, "latin1").toString(encoding);
      expect(again.toLowerCase()).toBe(
        (name === "base64Url" ? damaged.replaceAll("=", "") : damaged).toLowerCase(),
      );
    }
    guest.__collect();
  }
});

it("percent-encodes all that is not unreserved", () => {
  expect(text("percentEncode", "a-b.c_d~e/?#[]@!$&'()*+,;= %é\u{1f600}")).toBe(
    "a-b.c_d~e%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%20%25%C3%A9%F0%9F%98%80",
  );
  expect(text("percentEncode", "\udcff")).toBe("%FF");
});

it("decodes octets, and keeps those that are not UTF-8", () => {
  expect(text("percentDecode", "a%20b+c%C3%a9%ff")).toBe("a b+cé\udcff");
  for (const malformed of ["%", "%4", "a%zz", "%%41"]) expect(text("percentDecode", malformed)).toBe(null);
  expect(text("percentDecodeLenient", "100%, %zz %4 %41%")).toBe("100%, %zz %4 A%");
});

it("agrees with decodeURIComponent on what that accepts", () => {
  const random = seededRandom("percent");
  for (let round = 0; round < 3_000; round++) {
    const input = Array.from({ length: random(12) }, () => "%%%0148aAfFcC é".charAt(random(15))).join("");
    let expected: string | null;
    try {
      expected = decodeURIComponent(input);
    } catch {
      expected = null;
    }
    const decoded = text("percentDecode", input);
    if (expected !== null) expect(decoded).toBe(expected);
    else if (decoded !== null) expect(decoded).toMatch(/[\udc80-\udcff]/);
    guest.__collect();
  }
});
