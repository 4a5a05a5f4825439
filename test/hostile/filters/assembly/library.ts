import {
  currentTimeNanoseconds,
  Headers,
  HeadersAction,
  HttpFilter,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";
import { AddressPort, CidrSet } from "as-proxy-wasm-sdk/cidr";
import { Cookies } from "as-proxy-wasm-sdk/cookies";
import { base64Decode, base64UrlDecode, hexDecode, percentDecode } from "as-proxy-wasm-sdk/encoding";
import { JwtKey, JwtKeySet, JwtVerifier } from "as-proxy-wasm-sdk/jwt";
import { compileGlob, Pattern, PatternFlags } from "as-proxy-wasm-sdk/pattern";
import { QueryParameters } from "as-proxy-wasm-sdk/query";

/** Reads what clients send in formats of all kinds, and tells the upstream what it made of it. */
class Library extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const token = headers.get("x-token");
    if (token !== null) headers.set("x-subject", subjectOf(token));

    const cookies = Cookies.parseAll(headers.getAll("cookie"));
    const session = cookies.get("session");
    headers.set("x-session", session === null ? "none" : session);

    const path = headers.get(":path");
    const value = QueryParameters.fromTarget(path === null ? "/" : path).get("q");
    headers.set("x-query", value === null ? "none" : value.length.toString());

    const encoded = headers.get("x-encoded");
    if (encoded !== null) headers.set("x-decoded", decodedBy(encoded));

    const pattern = headers.get("x-pattern");
    const text = headers.get("x-text");
    if (pattern !== null && text !== null) headers.set("x-matches", matches(pattern, text));

    const address = headers.get("x-address");
    if (address !== null) headers.set("x-inside", isInside(address) ? "yes" : "no");
    return HeadersAction.Continue;
  }
}

function subjectOf(token: string): string {
  const secret = Uint8Array.wrap(String.UTF8.encode("a secret of the issuer, 32 octets"));
  const verifier = new JwtVerifier(JwtKeySet.of(JwtKey.hs256(secret))).allowNoExpiry();
  const jwt = verifier.verify(token, currentTimeNanoseconds()).jwt;
  if (jwt === null) return "refused";
  const subject = jwt.text("sub");
  return subject === null ? "nobody" : subject;
}

function decodedBy(text: string): string {
  return (
    (base64Decode(text) !== null ? "base64 " : "") +
    (base64UrlDecode(text) !== null ? "base64url " : "") +
    (hexDecode(text) !== null ? "hex " : "") +
    (percentDecode(text) !== null ? "percent" : "")
  );
}

function matches(source: string, text: string): string {
  const compiled = Pattern.compile(source, PatternFlags.None).pattern;
  const glob = compileGlob(source).pattern;
  return (
    (compiled === null ? "no pattern" : compiled.test(text) ? "yes" : "no") +
    ", " +
    (glob === null ? "no glob" : glob.test(text) ? "yes" : "no")
  );
}

function isInside(text: string): bool {
  const inside = CidrSet.parse(["10.0.0.0/8", "fd00::/8"]);
  const address = AddressPort.parse(text);
  return inside !== null && address !== null && inside.contains(address.address);
}

registerHttpFilter<Library>("library");
