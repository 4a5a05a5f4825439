import { decodeRange, encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";
import { Jwt, JwtKey, JwtKeySet, JwtVerifier } from "as-proxy-wasm-sdk/jwt";
import { each, putInteger } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

/** 2023-11-14. */
const NOW: u64 = 1_700_000_000_000_000_000;

const verifier = new JwtVerifier(
  JwtKeySet.of(JwtKey.hs256(encodeBytes("0123456789abcdef0123456789abcdef"), "k1")),
)
  .issuer("me")
  .audience("you")
  .leeway(30);

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const token = decodeRange(input, 0, input.length);
  const result = verifier.verify(token, NOW);
  putInteger(result.refusal);
  putInteger((result.jwt === null) == result.reason.length > 0 ? 1 : 0);
  const unverified = Jwt.decodeUnverified(token);
  putInteger(unverified === null ? 0 : 1);
  if (unverified !== null) {
    unverified.subject;
    unverified.audiences;
    unverified.time("exp");
  }
}
