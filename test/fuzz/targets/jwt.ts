import { createHmac } from "node:crypto";
import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";
import { strictJson } from "./strict-json.js";

const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = 1_700_000_000;
const REFUSALS = [
  "None",
  "Malformed",
  "Extension",
  "UnknownKey",
  "BadSignature",
  "NoExpiry",
  "Expired",
  "NotYetValid",
  "IssuedInFuture",
  "WrongIssuer",
  "WrongAudience",
] as const;
const PIECES = [".", "..", "=", "e30", "eyJhbGciOiJub25lIn0", "W10", "-", "_", "+", "/", "A", "é", "\0", " "];

/** Tokens: every refusal as a plain reading of RFC 7515, 7519 and 8725 has it. Nobody gets in without a good signature. */
export const jwt: Target = {
  name: "jwt",
  entry: "jwt.ts",
  generate: (random) => {
    const header = damagedNowAndThen(random, Buffer.from(JSON.stringify(makeHeader(random))));
    const claims = damagedNowAndThen(random, Buffer.from(JSON.stringify(makeClaims(random))));
    const text = `${header.toString("base64url")}.${claims.toString("base64url")}`;
    const token = Buffer.from(`${text}.${sign(text, random.once(10) ? "another" : SECRET)}`);
    return random.once(4) ? mutate(random, token, PIECES) : token;
  },
  expected: (input) => {
    const parts = input.toString("latin1").split(".");
    return [String(REFUSALS.indexOf(refusal(parts))), "1", isToken(parts) ? "1" : "0"];
  },
};

function refusal(parts: readonly string[]): (typeof REFUSALS)[number] {
  const [header, signature] = [objectOf(parts[0]), decoded(parts[2])];
  if (parts.length !== 3 || header === undefined || signature === undefined || parts[1]!.includes("="))
    return "Malformed";
  if ("crit" in header) return "Extension";
  const { alg, kid } = header;
  if (typeof alg !== "string" || ("kid" in header && typeof kid !== "string")) return "Malformed";
  if (alg !== "HS256" || ("kid" in header && kid !== "k1")) return "UnknownKey";
  if (sign(`${parts[0]}.${parts[1]}`, SECRET) !== parts[2]) return "BadSignature";
  const claims = objectOf(parts[1]);
  if (claims === undefined) return "Malformed";
  if (!("exp" in claims)) return "NoExpiry";
  for (const name of ["exp", "nbf", "iat"])
    if (name in claims && !Number.isFinite(claims[name])) return "Malformed";
  const { exp, nbf, iat, iss, aud } = claims as {
    exp: number;
    nbf?: number;
    iat?: number;
    iss?: unknown;
    aud?: unknown;
  };
  if (NOW >= exp + 30) return "Expired";
  if (nbf !== undefined && NOW < nbf - 30) return "NotYetValid";
  if (iat !== undefined && NOW < iat - 30) return "IssuedInFuture";
  if (iss !== "me") return "WrongIssuer";
  return aud === "you" || (Array.isArray(aud) && aud.includes("you")) ? "None" : "WrongAudience";
}

function isToken(parts: readonly string[]): boolean {
  return (
    parts.length === 3 &&
    objectOf(parts[0]) !== undefined &&
    objectOf(parts[1]) !== undefined &&
    decoded(parts[2]) !== undefined
  );
}

function decoded(part: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(part ?? "", "base64url");
  return bytes.toString("base64url") === part ? bytes : undefined;
}

function objectOf(part: string | undefined): Record<string, unknown> | undefined {
  const bytes = decoded(part);
  const value = bytes === undefined ? undefined : strictJson(bytes)?.value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // No inherited names.
  return Object.assign(Object.create(null) as object, value) as Record<string, unknown>;
}

function sign(text: string, secret: string): string {
  return createHmac("sha256", secret).update(text, "latin1").digest("base64url");
}

function makeHeader(random: Random): object {
  return {
    alg: random.once(8) ? random.pick(["none", "RS256", "hs256", "", 1, null]) : "HS256",
    ...(random.once(2) ? { kid: random.once(5) ? random.pick(["k2", "", 1, null]) : "k1" } : {}),
    ...(random.once(16) ? { crit: random.pick([["exp"], [], null]) } : {}),
  };
}

function makeClaims(random: Random): object {
  const time = (): unknown =>
    random.once(8)
      ? random.pick(["1", null, 1e308, -1, []])
      : NOW + random.below(200) - 100 + random.below(2) / 2;
  return {
    ...(random.once(10) ? {} : { exp: random.once(3) ? time() : NOW + 60 }),
    ...(random.once(3) ? { nbf: time() } : {}),
    ...(random.once(3) ? { iat: time() } : {}),
    iss: random.once(8) ? random.pick(["you", 1, null]) : "me",
    aud: random.once(3) ? random.pick(["me", [], ["a", "you"], ["a", 1], 1, null]) : "you",
  };
}

function damagedNowAndThen(random: Random, bytes: Buffer): Buffer {
  return random.once(6) ? mutate(random, bytes, ['"', "{", "}", ",", "1e999", "null", "\xff"]) : bytes;
}
