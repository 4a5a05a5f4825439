import { OrasError, type OrasErrorCode } from "oras-js";
import { expect, test } from "vitest";
import { sentence } from "../errors.js";

test.each([
  [
    "ORAS_CONNECTION_REFUSED",
    "it fails; nothing listens there: start the registry, or check the port in r:1",
  ],
  ["ORAS_SERVER_SPEAKS_HTTP", "it fails; add --plain-http if you trust the network to it"],
  ["ORAS_UNAUTHORIZED", "it fails; log in with as-proxy-wasm login r:1"],
  ["ORAS_FORBIDDEN", "it fails; ask for the permission, or log in with as-proxy-wasm login r:1"],
  ["ORAS_UNTRUSTED_CERTIFICATE", /^it fails; add --ca-file FILE/],
  ["ORAS_SERVER_SPEAKS_TLS", /^it fails; add --ca-file FILE/],
  ["ORAS_TIMEOUT", "it fails; the library's own hint"],
] satisfies [OrasErrorCode, string | RegExp][])("%s says what to do on this command line", (code, said) => {
  const error = new OrasError(code, "it fails.", { hint: "The library's own hint.", registry: "r:1" });
  if (typeof said === "string") expect(sentence(error)).toBe(said);
  else expect(sentence(error)).toMatch(said);
});
