import { base64UrlDecode } from "../encoding/base64";
import { Json, JsonKind } from "../json/json";

/**
 * A JSON Web Token in its compact form (RFC 7515 §3.1, RFC 7519), taken apart. What it claims is worth something only when it
 * comes from `JwtVerifier.verify`.
 */
export class Jwt {
  /** Made by `decodeUnverified` and `JwtVerifier.verify`. */
  constructor(
    /** The protected header: `alg`, `kid`, … */
    readonly header: Json,
    /** The claims. */
    readonly claims: Json,
  ) {}

  /**
   * Takes a token apart **without verifying it**: for logs, or to pick an issuer's keys before verifying. Null when it is no token:
   * not three parts in strict base64url, the first two of them JSON objects.
   */
  static decodeUnverified(token: string): Jwt | null {
    const parts = JwtParts.split(token);
    return parts === null ? null : parts.decoded();
  }

  /** The issuer, `iss`; null when it is absent or no string. */
  get issuer(): string | null {
    return this.text("iss");
  }

  /** Whom it is about, `sub`; null when it is absent or no string. */
  get subject(): string | null {
    return this.text("sub");
  }

  /** Whom it is for, `aud`, one or several; empty when it is absent. What is no string in it is left out. */
  get audiences(): string[] {
    const audiences: string[] = [];
    const claim = this.claims.get("aud");
    if (claim === null) return audiences;
    const single = claim.asString();
    if (single !== null) audiences.push(single);
    const items = claim.items();
    if (items === null) return audiences;
    for (let i = 0; i < items.length; ++i) {
      const item = items[i].asString();
      if (item !== null) audiences.push(item);
    }
    return audiences;
  }

  /** A claim that is a string; null when it is absent or something else. */
  text(name: string): string | null {
    const claim = this.claims.get(name);
    return claim === null ? null : claim.asString();
  }

  /** A claim that is a time, in seconds since 1970; NaN when it is absent or no number. */
  time(name: string): f64 {
    const claim = this.claims.get(name);
    return claim === null ? NaN : claim.asNumber(NaN);
  }
}

/** A token's three parts; the claims are decoded when somebody asks, which a verifier does only behind a good signature. */
export class JwtParts {
  private constructor(
    private token: string,
    private payloadStart: i32,
    private payloadEnd: i32,
    readonly header: Json,
    readonly signature: Uint8Array,
  ) {}

  static split(token: string): JwtParts | null {
    const first = token.indexOf(".");
    const second = first < 0 ? -1 : token.indexOf(".", first + 1);
    // Padding is not allowed (RFC 7515 §2); base64UrlDecode would take it.
    if (second < 0 || token.indexOf(".", second + 1) >= 0 || token.indexOf("=") >= 0) return null;
    const header = objectOf(token.substring(0, first));
    const signature = base64UrlDecode(token.substring(second + 1));
    if (header === null || signature === null) return null;
    return new JwtParts(token, first + 1, second, header, signature);
  }

  /** What the signature is made over. */
  get signingInput(): string {
    return this.token.substring(0, this.payloadEnd);
  }

  /** The token; null when its claims are no JSON object. */
  decoded(): Jwt | null {
    const claims = objectOf(this.token.substring(this.payloadStart, this.payloadEnd));
    return claims === null ? null : new Jwt(this.header, claims);
  }
}

function objectOf(part: string): Json | null {
  const bytes = base64UrlDecode(part);
  if (bytes === null) return null;
  const value = Json.parse(bytes).value;
  return value !== null && value.kind == JsonKind.Object ? value : null;
}
