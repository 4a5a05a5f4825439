import { encodeBytes } from "../abi/text";
import { constantTimeEquals } from "../crypto/constant-time";
import { HmacSha256 } from "../crypto/hmac";
import { verifySignature } from "../foreign/signature";
import { ecdsaSignature } from "./der";

/** What a key signs with (RFC 7518 §3.1). */
export enum JwtAlgorithm {
  /** HMAC with SHA-256, checked inside the module. */
  HS256,
  /** RSASSA-PKCS1-v1_5 with SHA-256, checked by the host (abi.md 6.4). */
  RS256,
  /** ECDSA on P-256 with SHA-256, checked by the host. */
  ES256,
}

/** Checks a signature over a text with a key. */
type SignatureCheck = (material: Uint8Array, text: string, signature: Uint8Array) => bool;

/**
 * A key with the one algorithm it is for. A token's own `alg` only has to agree: no token can have an RSA key taken for an HMAC
 * secret, and `none` is no key's algorithm.
 */
export class JwtKey {
  private constructor(
    /** The one algorithm it is for. */
    readonly algorithm: JwtAlgorithm,
    /** The `kid`; null fits every token. */
    readonly keyId: string | null,
    private material: Uint8Array,
    // A function and not a method, so that a program without RS256 and ES256 has no call to the host in it.
    private check: SignatureCheck,
  ) {}

  /** A shared secret. It should have 32 random bytes (RFC 7518 §3.2); an empty one verifies nothing. */
  static hs256(secret: Uint8Array, keyId: string | null = null): JwtKey {
    return new JwtKey(JwtAlgorithm.HS256, keyId, secret, checkHs256);
  }

  /** An RSA public key as SubjectPublicKeyInfo in DER: what is base64 between the lines of a PEM file "PUBLIC KEY". */
  static rs256(publicKey: Uint8Array, keyId: string | null = null): JwtKey {
    return new JwtKey(JwtAlgorithm.RS256, keyId, publicKey, checkRs256);
  }

  /** A public key on P-256 as SubjectPublicKeyInfo in DER. */
  static es256(publicKey: Uint8Array, keyId: string | null = null): JwtKey {
    return new JwtKey(JwtAlgorithm.ES256, keyId, publicKey, checkEs256);
  }

  /** The algorithm's name in a token's header. */
  get algorithmName(): string {
    if (this.algorithm == JwtAlgorithm.HS256) return "HS256";
    return this.algorithm == JwtAlgorithm.RS256 ? "RS256" : "ES256";
  }

  /** Whether `signature` was made over `text` with this key. */
  verifies(text: string, signature: Uint8Array): bool {
    return this.check(this.material, text, signature);
  }
}

function checkHs256(secret: Uint8Array, text: string, signature: Uint8Array): bool {
  return secret.length > 0 && constantTimeEquals(new HmacSha256(secret).updateText(text).digest(), signature);
}

function checkRs256(publicKey: Uint8Array, text: string, signature: Uint8Array): bool {
  return verifySignature("sha256", publicKey, signature, encodeBytes(text)).valid;
}

function checkEs256(publicKey: Uint8Array, text: string, signature: Uint8Array): bool {
  // The host wants the signature in DER, JOSE has two plain numbers (RFC 7518 §3.4).
  const converted = ecdsaSignature(signature);
  return converted !== null && verifySignature("sha256", publicKey, converted, encodeBytes(text)).valid;
}
