import { createHash, type Hash } from "node:crypto";
import { OrasError } from "./errors.js";

/** An algorithm and the lower-case hex of the hash, e.g. `sha256:e3b0c442...` (image-spec, descriptor.md#digests). */
export type Digest = `sha256:${string}` | `sha512:${string}`;

export type DigestAlgorithm = "sha256" | "sha512";

const hexLength: Record<DigestAlgorithm, number> = { sha256: 64, sha512: 128 };

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = "sha256"): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** Checks a digest from outside. What passes holds no character that means anything in a path or a URL. */
export function parseDigest(text: string): Digest {
  const separator = text.indexOf(":");
  const algorithm = text.slice(0, Math.max(separator, 0));
  if (algorithm !== "sha256" && algorithm !== "sha512") {
    throw new OrasError(
      "ORAS_INVALID_DIGEST",
      `"${printable(text)}" is not a digest this client can verify`,
      {
        hint: "A digest is sha256: and 64 lower-case hex digits, or sha512: and 128.",
      },
    );
  }
  const hex = text.slice(separator + 1);
  if (hex.length !== hexLength[algorithm] || !/^[0-9a-f]+$/.test(hex)) {
    throw new OrasError("ORAS_INVALID_DIGEST", `"${printable(text)}" is not a ${algorithm} digest`, {
      hint: `After ${algorithm}: there must be exactly ${hexLength[algorithm]} lower-case hex digits.`,
    });
  }
  return text as Digest;
}

export function isDigest(text: string): text is Digest {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** The hash alone: what Istio's `sha256` field wants, for one. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

export function hasherFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest));
}

/** Text from outside, made fit for a message: bounded and without control characters. */
export function printable(text: string, limit = 120): string {
  // eslint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
  return clean.length > limit ? `${clean.slice(0, limit)}...` : clean;
}
