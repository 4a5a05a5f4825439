import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";
import { strictJson } from "./strict-json.js";

const PIECES = ['"', "{", "}", "[", "]", ",", ":", "null", "AA", "=", '"kty":"RSA"', '"use":"enc"'];

/** JWK sets: which keys are of use, as RFC 7517 and 7518 have it. */
export const jwks: Target = {
  name: "jwks",
  entry: "jwks.ts",
  generate: (random) => {
    const text = Buffer.from(
      JSON.stringify({ keys: Array.from({ length: random.below(4) }, () => makeKey(random)) }),
    );
    return random.once(3) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const root = strictJson(input)?.value;
    const keys: unknown = isObject(root) && Object.hasOwn(root, "keys") ? root["keys"] : undefined;
    if (!Array.isArray(keys)) return [null];
    const used = keys.filter((key) => isObject(key) && isUsable(key)).length;
    return [String(keys.length - used), String(used)];
  },
};

function isUsable(key: Record<string, unknown>): boolean {
  if ("use" in key && key["use"] !== "sig") return false;
  if ("key_ops" in key && !(Array.isArray(key["key_ops"]) && key["key_ops"].includes("verify"))) return false;
  const isFor = (algorithm: string): boolean => !("alg" in key) || key["alg"] === algorithm;
  switch (key["kty"]) {
    case "oct":
      return isFor("HS256") && (size(key["k"]) ?? 0) >= 32;
    case "EC":
      return isFor("ES256") && key["crv"] === "P-256" && size(key["x"]) === 32 && size(key["y"]) === 32;
    case "RSA": {
      const bits = bitLength(key["n"]);
      const exponent = bitLength(key["e"]);
      return isFor("RS256") && bits >= 2048 && bits <= 16_384 && exponent >= 1 && exponent <= 40;
    }
    default:
      return false;
  }
}

function decoded(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = Buffer.from(value, "base64url");
  const written = bytes.toString("base64url");
  // Complete padding is allowed there too.
  return value === written ||
    (value.length % 4 === 0 &&
      value === written.padEnd(value.length, "=") &&
      value.length - written.length < 3)
    ? bytes
    : undefined;
}

function size(value: unknown): number | undefined {
  return decoded(value)?.length;
}

function bitLength(value: unknown): number {
  const digits = decoded(value)?.toString("hex").replace(/^0+/, "") ?? "";
  return digits === "" ? 0 : BigInt(`0x${digits}`).toString(2).length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function makeKey(random: Random): unknown {
  const number = (size: number): string => {
    const bytes = Buffer.alloc(random.once(6) ? size - 1 : size, 0xc5);
    if (random.once(6)) bytes[0] = random.pick([0, 0x7f]);
    return bytes.toString(random.once(12) ? "base64" : "base64url");
  };
  const rest = {
    ...(random.once(4) ? { use: random.pick(["sig", "sig", "enc", 1]) } : {}),
    ...(random.once(4) ? { alg: random.pick(["RS256", "ES256", "HS256", "PS256", 1]) } : {}),
    ...(random.once(8)
      ? { key_ops: random.pick([["verify"], ["sign", "verify"], ["sign"], "verify", []]) }
      : {}),
    ...(random.once(2) ? { kid: random.pick(["a", "", 1, null]) } : {}),
  };
  switch (random.below(5)) {
    case 0:
      return { kty: "oct", k: number(32), ...rest };
    case 1:
      return { kty: "EC", crv: random.once(8) ? "P-384" : "P-256", x: number(32), y: number(32), ...rest };
    case 2:
    case 3:
      return {
        kty: "RSA",
        n: number(random.pick([256, 257, 128])),
        e: random.pick(["AQAB", "Aw", "", "AAAA", 3]),
        ...rest,
      };
    default:
      return random.pick([null, 1, {}, [], { kty: "OKP" }, { kty: null }]);
  }
}
