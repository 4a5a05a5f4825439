import { expect, it } from "vitest";
import { instantiate } from "./compile.js";

const guest = await instantiate(`
  import { Cookies, SetCookie } from "as-proxy-wasm-sdk/cookies";
  import { AddressPort, CidrSet, IpAddress } from "as-proxy-wasm-sdk/cidr";
  import { base64Decode, base64UrlDecode, hexDecode, percentDecode, percentEncode } from "as-proxy-wasm-sdk/encoding";
  import { JwtKey, JwtKeySet, JwtVerifier } from "as-proxy-wasm-sdk/jwt";
  import { compileGlob, Pattern } from "as-proxy-wasm-sdk/pattern";
  import { QueryParameters } from "as-proxy-wasm-sdk/query";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

  const verifier = new JwtVerifier(JwtKeySet.of(JwtKey.hs256(new Uint8Array(32))));

  export function cookies(text: string): void { Cookies.parse(text, i32.MAX_VALUE); }
  export function setCookie(text: string): void { new SetCookie(text, text).path(text).domain(text).build(); }
  export function addresses(text: string): void { IpAddress.parse(text); AddressPort.parse(text); new CidrSet().add(text); }
  export function decode(text: string): void {
    base64Decode(text);
    base64UrlDecode(text);
    hexDecode(text);
    percentDecode(text);
    percentEncode(text);
  }
  export function token(text: string): void { verifier.verify(text, 0); }
  export function compilePattern(text: string): void { Pattern.compile(text); compileGlob(text); }
  export function query(text: string): void { QueryParameters.parse(text, i32.MAX_VALUE).toString(); }
  export function afterCallback(): void { reset(); __collect(); }
`);

const readers = ["cookies", "setCookie", "addresses", "decode", "token", "compilePattern", "query"];
const units = [
  "a",
  "=",
  ";",
  "&",
  "%",
  "+",
  '"',
  ":",
  "1.",
  "::",
  ".",
  "a=;",
  "a=&",
  "(",
  "[",
  "a{9}",
  "\udcff",
  "AA",
  "/",
];

/** Some megabytes in seconds on any machine: what is quadratic takes minutes, or all memory. */
it.each(readers)("%s takes linear time on large hostile text", (reader) => {
  const start = performance.now();
  for (const unit of units) {
    const text = unit.repeat(Math.floor(200_000 / unit.length));
    guest[reader]!(guest.__newString(text));
    guest["afterCallback"]!();
  }
  expect(performance.now() - start).toBeLessThan(30_000);
});
