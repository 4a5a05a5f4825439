import { base64UrlDecode } from "../encoding/base64";
import { Json } from "../json/json";
import { p256PublicKey, rsaPublicKey } from "./der";
import { JwtKey } from "./jwt-key";

/** More keys are not read: each may cost a signature check. */
const MOST_KEYS: i32 = 100;

/** What `JwtKeySet.parse` gives. */
export class JwtKeySetResult {
  /** `JwtKeySet.parse` makes one. @internal */
  constructor(
    /** The keys that can be used; null when the text is no key set at all. */
    readonly keys: JwtKeySet | null,
    /** Why there are none, or "". */
    readonly error: string,
    /** How many keys of the set are of no use here: other types, curves and algorithms, for encryption, malformed, too short. */
    readonly skipped: i32,
  ) {}
}

/** Keys to verify tokens with. */
export class JwtKeySet {
  private keys: JwtKey[] = [];

  /** A set of one key. */
  static of(key: JwtKey): JwtKeySet {
    const set = new JwtKeySet();
    set.add(key);
    return set;
  }

  /**
   * Reads a JWK set (RFC 7517 §5), such as the body of an issuer's `jwks_uri`. Used are keys to verify signatures (`use`, `key_ops`) of
   * the types `oct` (HS256, at least 32 bytes), `RSA` (RS256, at least 2048 bits) and `EC` (ES256 on P-256); all others are
   * skipped, as RFC 7517 §5 asks.
   */
  static parse(jwks: Uint8Array): JwtKeySetResult {
    const parsed = Json.parse(jwks);
    const root = parsed.value;
    if (root === null) return new JwtKeySetResult(null, `not JSON at ${parsed.offset}: ${parsed.error}`, 0);
    const list = root.get("keys");
    const items: Json[] | null = list === null ? null : list.items();
    if (items === null) return new JwtKeySetResult(null, "a key set has an array 'keys'", 0);
    const set = new JwtKeySet();
    for (let i = 0; i < items.length && set.size < MOST_KEYS; ++i) {
      const key = readKey(items[i]);
      if (key !== null) set.add(key);
    }
    return new JwtKeySetResult(set, "", items.length - set.size);
  }

  /** How many keys there are. */
  get size(): i32 {
    return this.keys.length;
  }

  /** Appends a key. Of those that fit a token at most five are tried, in order. */
  add(key: JwtKey): void {
    this.keys.push(key);
  }

  /** The key at `index`, which must be from 0 to `size` - 1. */
  at(index: i32): JwtKey {
    return this.keys[index];
  }
}

function readKey(jwk: Json): JwtKey | null {
  const kind = member(jwk, "kty");
  if (kind === null || !isForSignatures(jwk)) return null;
  if (kind == "oct") return readSecret(jwk);
  if (kind == "RSA") return readRsa(jwk);
  return kind == "EC" ? readEc(jwk) : null;
}

function readSecret(jwk: Json): JwtKey | null {
  const secret = bytesOf(jwk, "k");
  if (secret === null || secret.length < 32 || !isFor(jwk, "HS256")) return null;
  return JwtKey.hs256(secret, member(jwk, "kid"));
}

function readRsa(jwk: Json): JwtKey | null {
  const modulus = bytesOf(jwk, "n");
  const exponent = bytesOf(jwk, "e");
  if (modulus === null || exponent === null || !isFor(jwk, "RS256")) return null;
  // 2048 bits and more (RFC 7518 §3.3); hosts refuse what is above 16384, and exponents of more than 33 bits.
  const start = firstDigit(modulus);
  const bytes = modulus.length - start;
  if (bytes < 256 || bytes > 2048 || (bytes == 256 && modulus[start] < 0x80)) return null;
  const exponentBytes = exponent.length - firstDigit(exponent);
  if (exponentBytes < 1 || exponentBytes > 5) return null;
  return JwtKey.rs256(rsaPublicKey(modulus, exponent), member(jwk, "kid"));
}

function readEc(jwk: Json): JwtKey | null {
  const curve = member(jwk, "crv");
  const x = bytesOf(jwk, "x");
  const y = bytesOf(jwk, "y");
  if (curve === null || curve != "P-256" || x === null || y === null || !isFor(jwk, "ES256")) return null;
  if (x.length != 32 || y.length != 32) return null;
  return JwtKey.es256(p256PublicKey(x, y), member(jwk, "kid"));
}

/** Whether `alg` is absent or this one. */
function isFor(jwk: Json, algorithm: string): bool {
  if (!jwk.has("alg")) return true;
  const written = member(jwk, "alg");
  return written !== null && written == algorithm;
}

/** RFC 7517 §4.2 and §4.3. */
function isForSignatures(jwk: Json): bool {
  const use = jwk.get("use");
  if (use !== null) {
    const text = use.asString();
    if (text === null || text != "sig") return false;
  }
  const operations = jwk.get("key_ops");
  if (operations === null) return true;
  const items = operations.items();
  if (items === null) return false;
  for (let i = 0; i < items.length; ++i) {
    const operation = items[i].asString();
    if (operation !== null && operation == "verify") return true;
  }
  return false;
}

function member(jwk: Json, name: string): string | null {
  const value = jwk.get(name);
  return value === null ? null : value.asString();
}

function bytesOf(jwk: Json, name: string): Uint8Array | null {
  const text = member(jwk, name);
  return text === null ? null : base64UrlDecode(text);
}

/** How many zeros a number starts with. */
function firstDigit(bigEndian: Uint8Array): i32 {
  let at = 0;
  while (at < bigEndian.length && bigEndian[at] == 0) ++at;
  return at;
}
