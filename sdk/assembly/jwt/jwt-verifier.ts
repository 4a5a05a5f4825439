import { Jwt, JwtParts } from "./jwt";
import { JwtKey } from "./jwt-key";
import { JwtKeySet } from "./jwt-key-set";

/** Why a token is not accepted. */
export enum JwtRefusal {
  /** It is accepted. */
  None,
  /** Not a token, or a claim that is checked has the wrong type. */
  Malformed,
  /** The header says that it must not be used without extensions that are unknown here (`crit`, RFC 7515 §4.1.11). */
  Extension,
  /** No key has the token's `alg` and `kid`: also `none`. */
  UnknownKey,
  /** The signature does not fit the token and the key. */
  BadSignature,
  /** It has no `exp` and the verifier wants one. */
  NoExpiry,
  /** `exp` has passed. */
  Expired,
  /** `nbf` lies ahead. */
  NotYetValid,
  /** `iat` lies ahead. */
  IssuedInFuture,
  /** `iss` is not the issuer that the verifier wants. */
  WrongIssuer,
  /** `aud` does not have the audience that the verifier wants. */
  WrongAudience,
}

/** What `JwtVerifier.verify` gives. */
export class JwtResult {
  /** `JwtVerifier.verify` makes one. @internal */
  constructor(
    /** The token; null when it is not accepted. */
    readonly jwt: Jwt | null,
    /** Why it is not. */
    readonly refusal: JwtRefusal,
  ) {}

  /** The refusal as a sentence for a log; "" when there is none. It quotes nothing from the token. */
  get reason(): string {
    switch (this.refusal) {
      case JwtRefusal.None:
        return "";
      case JwtRefusal.Malformed:
        return "the token is malformed";
      case JwtRefusal.Extension:
        return "the token needs an extension (crit) that is not known";
      case JwtRefusal.UnknownKey:
        return "no key has the token's algorithm and key id";
      case JwtRefusal.BadSignature:
        return "the token's signature is wrong";
      case JwtRefusal.NoExpiry:
        return "the token has no expiry";
      case JwtRefusal.Expired:
        return "the token has expired";
      case JwtRefusal.NotYetValid:
        return "the token is not valid yet";
      case JwtRefusal.IssuedInFuture:
        return "the token was issued in the future";
      case JwtRefusal.WrongIssuer:
        return "the token has another issuer";
      default:
        return "the token is for another audience";
    }
  }
}

/** How many keys are tried for one token: a token without `kid` would cost a check of each. */
const MOST_ATTEMPTS: i32 = 5;

/**
 * Verifies tokens: signature, times, issuer and audience (RFC 7519 §7.2, with what RFC 8725 recommends).
 *
 * ```ts
 * const verifier = new JwtVerifier(keys).issuer("https://issuer.example").audience("orders");
 * const result = verifier.verify(token, currentTimeNanoseconds());
 * if (result.jwt === null) log.info(result.reason);
 * ```
 *
 * Make one in `onConfigure` and keep it. RS256 and ES256 are checked by the host's function `verify_signature`, which
 * Envoy has; where a host has none their tokens are refused.
 */
export class JwtVerifier {
  private wantedIssuer: string | null = null;
  private wantedAudience: string | null = null;
  private leewaySeconds: f64 = 60;
  private needsExpiry: bool = true;

  /**
   * A verifier that takes the signatures of these keys and wants an expiry; say more with the methods
   * below.
   */
  constructor(private keys: JwtKeySet) {}

  /** `iss` must be this. */
  issuer(issuer: string): this {
    this.wantedIssuer = issuer;
    return this;
  }

  /** `aud` must be this or have it. Without a call `aud` is not looked at: then any token of the issuer passes. */
  audience(audience: string): this {
    this.wantedAudience = audience;
    return this;
  }

  /** How much clocks may differ, in seconds; 60 unless said otherwise. */
  leeway(seconds: i32): this {
    this.leewaySeconds = <f64>max(seconds, 0);
    return this;
  }

  /** Also accepts tokens that never expire. */
  allowNoExpiry(): this {
    this.needsExpiry = false;
    return this;
  }

  /** Verifies a token at `now`, in nanoseconds since 1970 as `currentTimeNanoseconds` gives. */
  verify(token: string, now: u64): JwtResult {
    const parts = JwtParts.split(token);
    if (parts === null) return refused(JwtRefusal.Malformed);
    if (parts.header.has("crit")) return refused(JwtRefusal.Extension);
    const refusal = this.checkSignature(parts);
    if (refusal != JwtRefusal.None) return refused(refusal);
    const jwt = parts.decoded();
    if (jwt === null) return refused(JwtRefusal.Malformed);
    const wrong = this.checkClaims(jwt, <f64>now / 1e9);
    return wrong == JwtRefusal.None ? new JwtResult(jwt, wrong) : refused(wrong);
  }

  private checkSignature(parts: JwtParts): JwtRefusal {
    const algorithmMember = parts.header.get("alg");
    const algorithm: string | null = algorithmMember === null ? null : algorithmMember.asString();
    if (algorithm === null) return JwtRefusal.Malformed;
    const idMember = parts.header.get("kid");
    const id: string | null = idMember === null ? null : idMember.asString();
    if (idMember !== null && id === null) return JwtRefusal.Malformed;
    const text = parts.signingInput;
    let attempts = 0;
    for (let i = 0; i < this.keys.size && attempts < MOST_ATTEMPTS; ++i) {
      const key = this.keys.at(i);
      if (key.algorithmName != algorithm || !fits(key, id)) continue;
      if (key.verifies(text, parts.signature)) return JwtRefusal.None;
      ++attempts;
    }
    return attempts == 0 ? JwtRefusal.UnknownKey : JwtRefusal.BadSignature;
  }

  private checkClaims(jwt: Jwt, now: f64): JwtRefusal {
    if (this.needsExpiry && !jwt.claims.has("exp")) return JwtRefusal.NoExpiry;
    if (hasWrongTime(jwt, "exp") || hasWrongTime(jwt, "nbf") || hasWrongTime(jwt, "iat"))
      return JwtRefusal.Malformed;
    // NaN, for a claim that is absent, compares as false.
    if (now >= jwt.time("exp") + this.leewaySeconds) return JwtRefusal.Expired;
    if (now < jwt.time("nbf") - this.leewaySeconds) return JwtRefusal.NotYetValid;
    if (now < jwt.time("iat") - this.leewaySeconds) return JwtRefusal.IssuedInFuture;
    const issuer = this.wantedIssuer;
    if (issuer !== null) {
      const written = jwt.issuer;
      if (written === null || written != issuer) return JwtRefusal.WrongIssuer;
    }
    const audience = this.wantedAudience;
    if (audience !== null && !jwt.audiences.includes(audience)) return JwtRefusal.WrongAudience;
    return JwtRefusal.None;
  }
}

/** Whether the claim is there and no number. */
function hasWrongTime(jwt: Jwt, name: string): bool {
  return jwt.claims.has(name) && isNaN(jwt.time(name));
}

function fits(key: JwtKey, id: string | null): bool {
  const keyId = key.keyId;
  return keyId === null || id === null || keyId == id;
}

function refused(refusal: JwtRefusal): JwtResult {
  return new JwtResult(null, refusal);
}
